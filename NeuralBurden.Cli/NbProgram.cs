using System.CommandLine;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using NeuralBurden.Cli.Output;
using NeuralBurden.Cli.Running;
using NeuralBurden.Pruning.Catalog;
using NeuralBurden.Pruning.Errors;
using NeuralBurden.Vit.Benchmarks;
using NeuralBurden.Vit.Runs;
using NeuralBurden.Vit.Training;

namespace NeuralBurden.Cli;

/// <summary>
/// The command <c>nb</c>. Exit codes: 0 done, 1 an error told in one message, 2 a wrong command line, 130 and
/// 143 stopped by SIGINT and SIGTERM. <c>NB_DEBUG=1</c> adds stack traces.
/// </summary>
public static class NbProgram
{
    // What several processes do together.
    private static readonly string[] SharedCommands = ["train", "resume", "bench"];

    private const int SignalBase = 128;
    private const int Interrupt = 2;
    private const int Terminate = 15;

    /// <summary>The methods that configs may name.</summary>
    public static MethodCatalog Methods => MethodCatalog.BuiltIn;

    /// <summary>Trains in this process.</summary>
    public static IRunEngine Engine => new RunEngine(Methods) { Auto = () => AutoDevice.Choose().Id };

    public static int Run(string[] args, Shell shell)
    {
        using var cancellation = new CancellationTokenSource();
        int signal = 0;
        void Stop(PosixSignalContext context, int number)
        {
            // The first one ends at the next step; a second one ends at once, as the system does it.
            if (Interlocked.CompareExchange(ref signal, number, 0) != 0)
                return;
            context.Cancel = true;
            cancellation.Cancel();
        }

        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, c => Stop(c, Interrupt));
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, c => Stop(c, Terminate));
        try
        {
            return Invoke(args, shell, cancellation.Token);
        }
        catch (OperationCanceledException e)
        {
            string left = e is StoppedException ? e.Message : "the same command goes on from here";
            shell.Error.WriteLine($"nb: stopped; {left}");
            return SignalBase + (signal == 0 ? Interrupt : signal);
        }
        catch (Exception e)
        {
            shell.Error.WriteLine($"nb: {Message(e)}");
            if (Environment.GetEnvironmentVariable("NB_DEBUG") == "1")
                shell.Error.Write($"{e}\n");
            return e is UserException user ? user.ExitCode : UserException.Failure;
        }
    }

    private static int Invoke(string[] args, Shell shell, CancellationToken cancellation)
    {
        if (MpiJob.IsShared && args is [var first, ..] && !SharedCommands.Contains(first))
        {
            throw new UserException(
                $"under mpirun there are 'nb {string.Join("', 'nb ", SharedCommands)}': one run on several processes. "
                + $"'nb {first}' needs no mpirun");
        }

        if (MpiJob.IsFollower) shell = shell.Silent();
        var parsed = Commands(shell).Parse(args);
        if (parsed.Errors.Count > 0)
        {
            foreach (string message in Misunderstood(parsed))
                shell.Error.WriteLine($"nb: {message}");
            shell.Error.WriteLine("nb: 'nb --help' and 'nb COMMAND --help' list commands and options");
            return UserException.Usage;
        }

        return parsed.InvokeAsync(
            new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
                Output = shell.Output,
                Error = shell.Error,
            },
            cancellation).GetAwaiter().GetResult();
    }

    /// <summary>All commands with their options.</summary>
    public static RootCommand Commands(Shell shell)
    {
        var root = CommandTree.Create(shell);
        RefuseUnknownOptions(root);
        return root;
    }

    /// <summary>What is wrong with a command line; a word that should have been a command says which one it resembles.</summary>
    private static IEnumerable<string> Misunderstood(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        if (command.Subcommands.Count == 0 || command.Arguments.Count > 0 || parsed.UnmatchedTokens is not [var word, ..])
            return parsed.Errors.Select(e => e.Message);
        string? nearest = NearestName.Of(word, command.Subcommands.Select(c => c.Name));
        return [$"unknown command '{word}'{(nearest is null ? "" : $" (did you mean '{nearest}'?)")}"];
    }

    /// <summary>The parser takes an option it does not know for an argument's value.</summary>
    private static void RefuseUnknownOptions(Command command)
    {
        foreach (var argument in command.Arguments)
        {
            argument.Validators.Add(result =>
            {
                string? option = result.Tokens.Select(t => t.Value)
                    .FirstOrDefault(text => text.StartsWith("--", StringComparison.Ordinal));
                if (option is null)
                    return;
                string? nearest = NearestName.Of(option, command.Options.Select(o => o.Name));
                string hint = nearest is null ? "" : $" (did you mean '{nearest}'?)";
                result.AddError($"unknown option '{option}'{hint}");
            });
        }

        foreach (var subcommand in command.Subcommands)
            RefuseUnknownOptions(subcommand);
    }

    // Then everything fails in words of its own, down to the loading of the program's parts, which takes a few at a time.
    private static bool MayOpenNoMoreFiles()
    {
        const int mostOfProcess = 24, mostOfSystem = 23, atATime = 8;
        string any = Environment.ProcessPath ?? "";
        var opened = new List<SafeFileHandle>();
        try
        {
            for (int i = 0; i < atATime; i++) opened.Add(File.OpenHandle(any));
            return false;
        }
        catch (IOException e) when (e.HResult is mostOfProcess or mostOfSystem)
        {
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return false;
        }
        finally
        {
            opened.ForEach(handle => handle.Dispose());
        }
    }

    /// <summary>Errors that the program foresees say all there is to say; any other names its type.</summary>
    private static string Message(Exception e)
    {
        if (MayOpenNoMoreFiles()) return $"this process may open no more files (ulimit -n): {e.Message}";
        bool isForeseen = e is IOException or UnauthorizedAccessException or InvalidDataException
            || e.GetType().Assembly.GetName().Name is "nb" or "NeuralBurden.Compute" or "NeuralBurden.Pruning"
                or "NeuralBurden.Vit";
        return isForeseen
            ? e.Message
            : $"unexpected {e.GetType().Name}: {e.Message} (NB_DEBUG=1 shows where)";
    }
}
