using System.CommandLine;
using NeuralBurden.Cli.Output;
using NeuralBurden.Vit.Model;
using NeuralBurden.Vit.Settings;

namespace NeuralBurden.Cli.Options;

/// <summary>What a file of another program may not say of its model.</summary>
internal sealed class ModelOptions
{
    private readonly Option<int?> _heads = new("--heads")
    {
        Description = "Attention heads, where a file of another program does not tell.",
        HelpName = "N",
    };

    private readonly Option<string?> _normalize = new("--normalize")
    {
        Description = "Normalisation of its input, where the file does not tell: imagenet, half or MEANS,DEVIATIONS.",
        HelpName = "HOW",
    };

    private readonly Option<string?> _size = new("--size")
    {
        Description = "Pixels of its images, where its positions are no square grid.",
        HelpName = "HEIGHTxWIDTH",
    };

    public ModelOptions()
    {
        _heads.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && (!int.TryParse(result.Tokens[0].Value, out int n) || n is < 1 or > 64))
                result.AddError($"--heads {result.Tokens[0].Value}: allowed: a whole number, 1 to 64");
        });
        _size.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && Size(result.Tokens[0].Value) is null)
                result.AddError($"--size {result.Tokens[0].Value}: allowed: HEIGHTxWIDTH in pixels, such as 224x224");
        });
        _normalize.Validators.Add(result =>
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
    }

    public void AddTo(Command command)
    {
        command.Options.Add(_heads);
        command.Options.Add(_normalize);
        command.Options.Add(_size);
    }

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
