// Measures nb and a peer in turns of a second, never both at once, and prints a table with ratios; see ../run.
using System.Text.Json;
using System.Text.Json.Nodes;
using NeuralBurden.Bench.Peers;

try
{
    var options = TurnOptions.Parse(args);
    string[] modes = options.Peer == "onnxruntime" ? ["infer"] : ["train", "train_mask", "train_tome", "infer", "infer_tome"];
    string[] kinds = [.. options.Kinds.Where(k => options.Lines(k, modes).Count > 0)];
    if (kinds.Length == 0)
    {
        throw new ArgumentException(
            $"nothing of --kinds {string.Join(',', options.Kinds)} has a line with {options.Peer} and --cases");
    }

    Console.WriteLine($"{Report.Machine()}; batch {options.Batch} {string.Join(' ', options.Model)}");
    Console.WriteLine();
    Console.WriteLine(
        "| images/s: median (best; interquartile range; samples) | d | threads | ours "
        + $"| {options.Peer} | ratio of medians (of bests) |");
    Console.WriteLine("|---|---|---|---|---|---|");
    var report = new JsonArray();
    var peaks = new List<string>();
    foreach (int threads in options.Threads)
    {
        foreach (int dim in options.Dims)
        {
            foreach (string kind in kinds)
            {
                var comparison = Comparison.Measure(options, kind, threads, dim, modes);
                foreach (string line in Report.Lines(comparison)) Console.WriteLine(line);
                report.Add(comparison);
                peaks.Add(Report.Peaks(comparison, options.Peer));
            }
        }
    }

    Console.WriteLine($"\nMemory at the peak, of each side's program with all of its cases: {string.Join("; ", peaks)}");
    string library = (string?)report[0]!["peer"]![0]!["library"] ?? "";
    Console.WriteLine($"\n{options.Peer} is {library}; one thread by processor time, several by wall time");
    if (options.Output is { } file)
        File.WriteAllText(file, report.ToJsonString(new JsonSerializerOptions { WriteIndented = true }));
    return 0;
}
catch (Exception e) when (e is ArgumentException or IOException)
{
    Console.Error.WriteLine($"run: {e.Message}");
    return 1;
}
