namespace NeuralBurden.Cli.Output;

/// <summary>The user stopped a command that does not go on where it was; the message says what is left of its work.</summary>
internal sealed class StoppedException(string message) : OperationCanceledException(message)
{
}
