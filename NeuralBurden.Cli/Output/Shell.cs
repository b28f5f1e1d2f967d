using NeuralBurden.Vit.Runs;
using Spectre.Console;

namespace NeuralBurden.Cli.Output;

/// <summary>What commands write to and run with; tests put in their own.</summary>
public sealed class Shell
{
    // Wide enough for every table where no terminal sets a limit.
    private const int WidthWithoutTerminal = 200;

    private Shell(IAnsiConsole console, TextWriter output, TextWriter error)
    {
        Console = console;
        Output = output;
        Error = error is ErrorWriter ? error : new ErrorWriter(error);
    }

    /// <summary>For people: tables, colours, live progress.</summary>
    public IAnsiConsole Console { get; }

    /// <summary>For programs: JSON, YAML, paths.</summary>
    public TextWriter Output { get; }

    public TextWriter Error { get; }

    /// <summary>What another program tells this one while it runs.</summary>
    public TextReader Input { get; init; } = TextReader.Null;

    /// <summary>Whether progress may redraw itself.</summary>
    public bool IsTerminal => Console.Profile.Capabilities.Interactive;

    /// <summary>Trains and evaluates; set by the program, replaced by tests.</summary>
    public required IRunEngine Engine { get; init; }

    /// <summary>The shell of this process's standard streams.</summary>
    /// <param name="engine">Trains and evaluates.</param>
    /// <param name="isShared">
    /// Whether mpirun started this process with others: it gives them a terminal of its own making, where nothing can be
    /// redrawn.
    /// </param>
    public static Shell OfProcess(IRunEngine engine, bool isShared)
    {
        var output = System.Console.IsOutputRedirected ? new OutputWriter(System.Console.Out) : System.Console.Out;
        var console = AnsiConsole.Create(
            System.Console.IsOutputRedirected ? new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output) } : new());
        if (System.Console.IsOutputRedirected || isShared)
        {
            console.Profile.Width = WidthWithoutTerminal;
            console.Profile.Capabilities.Interactive = false;
        }

        return new Shell(console, output, System.Console.Error) { Engine = engine, Input = System.Console.In };
    }

    /// <summary>The same, but only errors are heard.</summary>
    public Shell Silent() => Of(TextWriter.Null, Error, Engine);

    /// <summary>The same, but what it tells goes to standard error, so that standard output is left to one document.</summary>
    public Shell Aside() => Of(Error, Error, Engine);

    /// <summary>A shell that writes plain text.</summary>
    public static Shell Of(TextWriter output, TextWriter error, IRunEngine engine, TextReader? input = null)
    {
        output = new OutputWriter(output);
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(output),
        });
        console.Profile.Width = WidthWithoutTerminal;
        return new Shell(console, output, error) { Engine = engine, Input = input ?? TextReader.Null };
    }
}
