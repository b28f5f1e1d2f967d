using NeuralBurden.Vit.ConfigTable;
using NeuralBurden.Vit.Settings;

namespace NeuralBurden.Vit.Runs;

/// <summary>What a run's folder tells about it without disturbing whoever works there.</summary>
/// <param name="Id">Name of the folder.</param>
/// <param name="Config">What it trains.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Epochs">Epochs that are recorded.</param>
/// <param name="Owner">Who has it; null unless it is running.</param>
/// <param name="Result">Its outcome; null unless it is finished.</param>
public sealed record RunStatus(
    string Id, RunConfig Config, RunState State, int Epochs, RunOwner? Owner, RunResult? Result)
{
    /// <param name="root">The folder of the run folders.</param>
    /// <exception cref="InvalidDataException">A file of the run is damaged.</exception>
    public static RunStatus Of(string root, RunConfig config)
    {
        string id = ConfigText.RunId(config), folder = Path.Combine(root, id);
        if (RunFolder.IsFinished(root, config))
        {
            var result = StoredRun.ReadResult(Path.Combine(folder, RunFolder.ResultFile));
            return new RunStatus(id, config, RunState.Finished, result.Epochs, null, result);
        }

        // Counted and not read: the last line may be in the middle of being written.
        string metrics = Path.Combine(folder, RunFolder.MetricsFile);
        int epochs = File.Exists(metrics) ? File.ReadLines(metrics).Count() : 0;
        var owner = RunLock.OwnerOf(folder);
        bool begun = epochs > 0 || Directory.Exists(Path.Combine(folder, RunFolder.CheckpointsFolder));
        var state = owner is not null ? RunState.Running : begun ? RunState.Stopped : RunState.Waiting;
        return new RunStatus(id, config, state, epochs, owner, null);
    }
}
