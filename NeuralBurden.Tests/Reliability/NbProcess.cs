using System.Diagnostics;
using System.Text;

namespace NeuralBurden.Tests.Reliability;

/// <summary>The real program in a process of its own.</summary>
internal sealed class NbProcess : IDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _text = new();

    public NbProcess(params IEnumerable<string> arguments)
        : this("dotnet", [Program, .. arguments])
    {
    }

    private NbProcess(
        string file, IEnumerable<string> arguments, params ReadOnlySpan<(string Name, string Value)> environment)
    {
        var start = new ProcessStartInfo(file, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["DOTNET_TieredPGO"] = "0"; // a process that lives for seconds gains nothing from it
        foreach (var (name, value) in environment) start.Environment[name] = value;
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, e) => Append(e.Data);
        _process.ErrorDataReceived += (_, e) => Append(e.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public static string Program => Path.Combine(AppContext.BaseDirectory, "nb.dll");

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>Everything written so far to both streams.</summary>
    public string Text
    {
        get
        {
            lock (_text) return _text.ToString();
        }
    }

    /// <summary>The program with variables of its environment set.</summary>
    public static NbProcess With((string Name, string Value)[] environment, params IEnumerable<string> arguments) =>
        new("dotnet", [Program, .. arguments], environment);

    /// <summary>Another program, which starts nb.</summary>
    public static NbProcess Of(string program, params IEnumerable<string> arguments) => new(program, arguments);

    public static NbProcess Shell(string script, params IEnumerable<string> arguments) =>
        new("unshare", ["--map-root-user", "--mount", "bash", "-c", script, "bash", .. arguments]);

    /// <summary>SIGKILL: no handler, no farewell.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    public void Signal(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", $"{Id}"]);
        kill.WaitForExit();
    }

    public int WaitForExit()
    {
        if (!_process.WaitForExit(TimeSpan.FromMinutes(5))) throw new TimeoutException($"nb goes on and on: {Text}");
        _process.WaitForExit(); // and for the last lines
        return _process.ExitCode;
    }

    /// <summary>Waits for a condition on the outside world, or for the end of the process.</summary>
    public void WaitUntil(Func<bool> condition)
    {
        var clock = Stopwatch.StartNew();
        while (!_process.HasExited && !condition())
        {
            if (clock.Elapsed > TimeSpan.FromMinutes(5)) throw new TimeoutException($"in vain: {Text}");
            Thread.Sleep(1);
        }
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }

    private void Append(string? line)
    {
        lock (_text) _text.AppendLine(line);
    }
}
