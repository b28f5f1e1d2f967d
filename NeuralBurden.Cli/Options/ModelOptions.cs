using System.CommandLine;
using NeuralBurden.Cli.Output;
using NeuralBurden.Vit.Model;
using NeuralBurden.Vit.Settings;

namespace NeuralBurden.Cli.Options;

/// <summary>What a file of another program may not say of its model.</summary>
internal sealed class ModelOptions
{
    private readonly Option<int?> _heads = CliOption.Of<int?>(
        "--heads", "N", "Attention heads, where a file of another program does not tell.").Whole(1, 64);

    private readonly Option<string?> _normalize = CliOption.Of<string?>(
        "--normalize", "HOW", "Normalisation of its input, where the file does not tell: imagenet, half or MEANS,DEVIATIONS.");

    private readonly Option<string?> _size = CliOption.Of<string?>(
        "--size", "HEIGHTxWIDTH", "Pixels of its images, where its positions are no square grid.")
        .Require(text => Size(text) is not null, "HEIGHTxWIDTH in pixels, such as 224x224");

    public ModelOptions() => _normalize.Validators.Add(result =>
    {
        if (result.Tokens.Count != 1) return;
        try
        {
            Normalization.Parse(result.Tokens[0].Value);
        }
        catch (FormatException e)
        {
            result.AddError($"--normalize: {e.Message}");
        }
    });

    public void AddTo(Command command) => command.Takes(_heads, _normalize, _size);

    public ModelHints Hints(ParseResult parsed) => new()
    {
        Heads = parsed.GetValue(_heads),
        Normalization = parsed.GetValue(_normalize) is { } how ? Normalization.Parse(how) : null,
        ImageSize = parsed.GetValue(_size) is { } size ? Size(size) : null,
    };

    /// <summary>Says that the number of heads is a guess.</summary>
    public static void TellHeads(Shell shell, string model, int heads) => shell.Error.WriteLine(
        $"nb: {model} does not say how many heads its blocks have; {heads} are taken, as published models of this width "
        + "have (--heads N)");

    private static (int, int)? Size(string text)
    {
        string[] parts = text.Split('x');
        return parts.Length == 2 && int.TryParse(parts[0], out int height) && int.TryParse(parts[1], out int width)
            && height is >= 1 and <= 16384 && width is >= 1 and <= 16384
            ? (height, width)
            : null;
    }
}
