using NeuralBurden.Vit.ConfigTable;
using NeuralBurden.Vit.Data;
using NeuralBurden.Vit.Runs;
using NeuralBurden.Vit.Settings;

namespace NeuralBurden.Cli.Running;

/// <summary>Whether finished runs are of the contents that are there now.</summary>
internal static class FinishedRuns
{
    /// <summary>
    /// Compares every finished run under a folder; what has no fingerprint, or no data here, is taken on trust.
    /// </summary>
    /// <exception cref="ContentChangedException">A run was trained on other contents; names it and the difference.</exception>
    public static void RequireSameContent(
        IRunEngine engine, string root, IEnumerable<RunConfig> configs, RunOptions options)
    {
        foreach (var config in configs)
        {
            string path = Path.Combine(root, ConfigText.RunId(config), RunFolder.ResultFile);
            if (StoredRun.ReadResult(path).Content is not { } then) continue;
            try
            {
                ContentChangedException.ThrowIfChanged(
                    $"{path} is of other contents than are there now; remove its folder to train the run anew",
                    then,
                    engine.Fingerprint(config, options));
            }
            catch (DataNotFoundException)
            {
                // A run is read where its images are not.
            }
        }
    }
}
