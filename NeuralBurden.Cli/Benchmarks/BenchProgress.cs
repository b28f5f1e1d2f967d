using NeuralBurden.Cli.Output;
using Spectre.Console;

namespace NeuralBurden.Cli.Benchmarks;

/// <summary>One line that says what is being measured; nothing where no person watches.</summary>
internal static class BenchProgress
{
    public static void Show(Shell shell, bool quiet, Action<Action<string>> work)
    {
        if (quiet || !shell.IsTerminal)
        {
            work(_ => { });
            return;
        }

        shell.Console.Status().Start("starting", status => work(text => status.Status(Markup.Escape(text))));
    }
}
