namespace NeuralBurden.Cli.Output;

/// <summary>Something the user can put right; its message is all that is shown.</summary>
public class UserException(string message, int exitCode = UserException.Failure) : Exception(message)
{
    /// <summary>Exit code when a command could not do its work.</summary>
    public const int Failure = 1;

    /// <summary>Exit code when the command line itself is wrong.</summary>
    public const int Usage = 2;

    public int ExitCode { get; } = exitCode;
}
