using NeuralBurden.Cli.Output;

namespace NeuralBurden.Cli.Config;

/// <summary>
/// Where a setting was written: a line of a file, or an option of the command line (line 0).
/// </summary>
public readonly record struct ConfigOrigin(string Source, int Line = 0)
{
    public UserException Error(string message) =>
        new($"{this}: {message}", Line == 0 ? UserException.Usage : UserException.Failure);

    public override string ToString() => Line == 0 ? Source : $"{Source}:{Line}";
}
