using System.Text.Json;
using System.Text.Json.Nodes;
using NeuralBurden.Cli.Output;
using NeuralBurden.Vit.Runs;

namespace NeuralBurden.Cli.Running;

/// <summary>What commands that train or report print with <c>--json</c>.</summary>
internal static class RunsJson
{
    /// <summary>
    /// The report's file, null where none is written, and of each run its folder and the figures of <c>result.json</c>.
    /// </summary>
    public static JsonObject Of(IEnumerable<StoredRun> runs, string? report) => new()
    {
        ["report"] = report,
        ["runs"] = JsonOption.Array(runs, run =>
        {
            var figures = JsonSerializer.SerializeToNode(run.Result, RunJson.Default.RunResult)!.AsObject();
            figures.Insert(0, "folder", run.Folder);
            return figures;
        }),
    };
}
