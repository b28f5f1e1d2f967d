using System.Diagnostics;
using System.Text.Json.Nodes;

namespace NeuralBurden.Bench.Peers;

/// <summary>
/// A peer's side of measuring in turns, the same as that of <c>nb bench step --in-turns --json</c>: after warm-up
/// <c>ready</c>; for each line of the input one sample of every mode and <c>done</c>; at its end the figures as JSON.
/// </summary>
/// <param name="options">Tell the batch, and the clock: one thread is timed by the process's processor time.</param>
/// <param name="library">Name and version of what is measured.</param>
internal sealed class PeerTurns(PeerOptions options, string library)
{
    private const int WarmUp = 3;

    /// <param name="modes">Names, and what does the work of a batch once.</param>
    public void Run(IReadOnlyList<(string Name, Action Work)> modes)
    {
        var samples = modes.Select(_ => new List<double>()).ToArray();
        for (int i = 0; i < WarmUp; i++)
        {
            foreach (var (_, work) in modes) work();
        }

        Say("ready");
        while (Console.ReadLine() is not null)
        {
            for (int i = 0; i < modes.Count; i++)
            {
                double start = Now();
                modes[i].Work();
                samples[i].Add(Now() - start);
            }

            Say("done");
        }

        var results = new JsonArray();
        for (int i = 0; i < modes.Count; i++) results.Add(Figures(modes[i].Name, samples[i]));
        Say(results.ToJsonString());
    }

    private JsonNode Figures(string mode, List<double> seconds)
    {
        seconds.Sort();
        return new JsonObject
        {
            ["case"] = mode,
            ["library"] = library,
            ["clock"] = options.Threads == 1 ? "process-cpu" : "wall",
            ["rounds"] = seconds.Count,
            ["images_per_second"] = options.Batch / seconds[seconds.Count / 2],
            ["images_per_second_best"] = options.Batch / seconds[0],
            ["seconds_median"] = seconds[seconds.Count / 2],
            ["seconds_lower_quartile"] = seconds[seconds.Count / 4],
            ["seconds_upper_quartile"] = seconds[seconds.Count * 3 / 4],
        };
    }

    private double Now() => options.Threads == 1
        ? Environment.CpuUsage.TotalTime.TotalSeconds
        : (double)Stopwatch.GetTimestamp() / Stopwatch.Frequency;

    private static void Say(string text)
    {
        Console.WriteLine(text);
        Console.Out.Flush();
    }
}
