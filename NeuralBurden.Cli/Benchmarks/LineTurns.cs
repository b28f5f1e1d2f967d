using NeuralBurden.Cli.Output;
using NeuralBurden.Compute.Benchmarks;

namespace NeuralBurden.Cli.Benchmarks;

/// <summary>
/// Rounds on demand: <c>ready</c> once on the output, then for each line of the input a round and <c>done</c>; the end of
/// the input ends them.
/// </summary>
internal sealed class LineTurns(Shell shell) : ITurns
{
    private bool _isReady;

    /// <inheritdoc/>
    public bool Begin()
    {
        if (!_isReady) Say("ready");
        _isReady = true;
        return shell.Input.ReadLine() is not null;
    }

    /// <inheritdoc/>
    public void End() => Say("done");

    private void Say(string text)
    {
        shell.Output.WriteLine(text);
        shell.Output.Flush();
    }
}
