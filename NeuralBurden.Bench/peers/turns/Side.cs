using System.Diagnostics;
using System.Text.Json.Nodes;
using static System.StringComparison;

namespace NeuralBurden.Bench.Peers;

/// <summary>
/// A measuring program: says <c>ready</c>, takes a round for each line it is sent and says <c>done</c>, and prints its
/// figures as JSON when the input ends.
/// </summary>
internal sealed class Side : IDisposable
{
    private readonly Process _process;
    private readonly string _name;

    public Side(string name, string command, IEnumerable<string> arguments)
    {
        string[] words = command.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        _name = name;
        _process = Process.Start(new ProcessStartInfo(words[0], [.. words[1..], .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
    }

    /// <summary>Waits until checks and warm-up are over, so that they disturb nobody.</summary>
    public void AwaitReady() => Await("ready");

    /// <summary>Rounds for about so many seconds, one at least; returns how many.</summary>
    public int Turn(double seconds)
    {
        int rounds = 0;
        long start = Stopwatch.GetTimestamp();
        for (; rounds == 0 || Stopwatch.GetElapsedTime(start).TotalSeconds < seconds; rounds++)
        {
            _process.StandardInput.WriteLine("go");
            _process.StandardInput.Flush();
            Await("done");
        }

        return rounds;
    }

    /// <summary>Most memory that the program has held so far, in bytes; 0 where the system does not tell.</summary>
    public long PeakBytes() => Tree(_process.Id).Max(Peak);

    public JsonArray Figures()
    {
        _process.StandardInput.Close();
        var text = _process.StandardOutput.ReadToEnd();
        _process.WaitForExit();
        return JsonNode.Parse(text[text.IndexOf('[')..]) as JsonArray ?? throw new InvalidDataException($"{_name}: no figures");
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }

    // A command may be a script that waits for the program.
    private static IEnumerable<int> Tree(int id)
    {
        string file = $"/proc/{id}/task/{id}/children";
        string[] children = File.Exists(file) ? File.ReadAllText(file).Split(' ', StringSplitOptions.RemoveEmptyEntries) : [];
        return [id, .. children.SelectMany(child => Tree(int.Parse(child)))];
    }

    private static long Peak(int id)
    {
        string status = $"/proc/{id}/status";
        string? line = File.Exists(status) ? File.ReadLines(status).FirstOrDefault(l => l.StartsWith("VmHWM:", Ordinal)) : null;
        return line is null ? 0 : 1024 * long.Parse(line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1]);
    }

    private void Await(string word)
    {
        while (_process.StandardOutput.ReadLine() is { } line)
        {
            if (line == word) return;
        }

        throw new InvalidDataException($"{_name} ended before it was {word}");
    }
}
