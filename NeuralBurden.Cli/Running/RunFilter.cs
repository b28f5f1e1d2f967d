using System.Text.Json;
using NeuralBurden.Cli.Output;
using NeuralBurden.Pruning.Errors;
using NeuralBurden.Vit.ConfigTable;
using NeuralBurden.Vit.Runs;
using NeuralBurden.Vit.Settings;

namespace NeuralBurden.Cli.Running;

/// <summary>
/// <c>--where KEY=VALUE</c>: stored runs by a key of their config, in full or its last part where no other key ends so
/// (<c>method</c> is <c>pruning.method</c>), or by a figure of their <c>result.json</c>. The value is spelled as in a config.
/// </summary>
internal sealed class RunFilter
{
    private readonly ConfigField? _field;
    private readonly string _key;
    private readonly string _value;

    private RunFilter(string key, string value, ConfigField? field) => (_key, _value, _field) = (key, value, field);

    /// <exception cref="UserException">No <c>=</c>, an unknown key, or a value that the key cannot have.</exception>
    public static RunFilter Parse(string text)
    {
        int at = text.IndexOf('=', StringComparison.Ordinal);
        if (at < 1) throw Wrong(text, "write KEY=VALUE, as in method=pdwp");
        string key = text[..at], value = text[(at + 1)..];
        var field = ConfigFields.Find(key);
        if (field is null)
        {
            var named = ConfigFields.All.Where(f => f.Key.EndsWith("." + key, StringComparison.Ordinal)).ToList();
            if (named.Count > 1) throw Wrong(text, $"'{key}' may be {string.Join(" or ", named.Select(f => f.Key))}");
            field = named.FirstOrDefault();
        }

        if (field is null && !Figures.Contains(key))
        {
            var known = ConfigFields.All.Select(f => f.Key).Concat(ConfigFields.All.Select(f => f.Key.Split('.')[^1]));
            string? nearest = NearestName.Of(key, known.Concat(Figures));
            throw Wrong(text, $"unknown key '{key}'" + (nearest is null ? "" : $" (did you mean '{nearest}'?)"));
        }

        try
        {
            return new RunFilter(key, field is null ? value : Canonical(field, value), field);
        }
        catch (SettingException e)
        {
            throw Wrong(text, e.Message);
        }
    }

    public bool Takes(StoredRun run)
    {
        // A method's parameter is a key of the runs that have it.
        if (_field is not null) return ConfigFields.Of(run.Config).Any(f => f.Key == _field.Key) && Value(run.Config) == _value;
        var figures = JsonSerializer.SerializeToElement(run.Result, RunJson.Default.RunResult);
        return figures.TryGetProperty(_key, out var figure) && figure.ToString() == _value;
    }

    private static IReadOnlyList<string> Figures { get; } =
        [.. RunJson.Default.RunResult.Properties.Select(property => property.Name)];

    private static string Canonical(ConfigField field, string value) => field.Get(field.Set(RunConfig.Default, value));

    private string Value(RunConfig config) => _field!.InEffect(config);

    private static UserException Wrong(string text, string reason) => new($"--where {text}: {reason}", UserException.Usage);
}
