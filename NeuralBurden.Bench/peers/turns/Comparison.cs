using System.Text.Json.Nodes;

namespace NeuralBurden.Bench.Peers;

/// <summary>Both sides' figures for one width and number of threads, measured in turns.</summary>
internal static class Comparison
{
    private const double TurnSeconds = 1;

    /// <param name="options">Commands of both sides and how long to measure.</param>
    /// <param name="kind">step or infer.</param>
    /// <param name="modes">The peer's, those that it has.</param>
    public static JsonObject Measure(TurnOptions options, string kind, int threads, int dim, string[] modes)
    {
        var lines = options.Lines(kind, modes);
        string[] shape =
            ["--threads", $"{threads}", "--dims", $"{dim}", "--batch", $"{options.Batch}", .. options.Model];
        using var peer = new Side(
            options.Peer, options.PeerCommand, [.. shape, "--modes", string.Join(',', lines.Select(r => r.Mode).Distinct())]);
        peer.AwaitReady();
        using var ours = new Side(
            "nb", options.Ours,
            ["bench", kind, "--json", "--in-turns", .. shape, "--cases", string.Join(',', lines.Select(r => r.Case).Distinct())]);
        ours.AwaitReady();
        int turns = (int)Math.Max(3, Math.Round(options.Seconds / (2 * TurnSeconds)));
        for (int i = 0; i < turns; i++)
        {
            peer.Turn(TurnSeconds);
            ours.Turn(TurnSeconds);
        }

        return new JsonObject
        {
            ["threads"] = threads,
            ["dim"] = dim,
            ["kind"] = kind,
            ["turns"] = turns,
            ["peer_peak_bytes"] = peer.PeakBytes(),
            ["our_peak_bytes"] = ours.PeakBytes(),
            ["peer"] = peer.Figures(),
            ["ours"] = ours.Figures(),
        };
    }
}
