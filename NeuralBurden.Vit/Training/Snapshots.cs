using NeuralBurden.Pruning.Errors;
using NeuralBurden.Vit.Runs;
using NeuralBurden.Vit.Settings;

namespace NeuralBurden.Vit.Training;

/// <summary>
/// The steps after which a run stores its effective weights for later measurement, <c>burden.snapshots</c>. A snapshot
/// is taken before a checkpoint of the same step, so a run that goes on from that checkpoint has it already.
/// </summary>
internal sealed class Snapshots
{
    private readonly SortedSet<int> _steps;
    private readonly RunFolder _folder;
    private readonly Action<string> _save;

    /// <param name="save">Stores the model as it is now in a file, atomically.</param>
    public Snapshots(IEnumerable<int> steps, RunFolder folder, Action<string> save) =>
        (_steps, _folder, _save) = ([.. steps], folder, save);

    /// <summary>
    /// Steps done at each snapshot, ascending. A moment below half a step is the first step; the end is none, as its
    /// weights are the model's own.
    /// </summary>
    /// <exception cref="SettingException">A moment is not before the end.</exception>
    public static SortedSet<int> Steps(DurationList moments, int stepsPerEpoch, int totalSteps)
    {
        var steps = new SortedSet<int>();
        foreach (var moment in moments)
        {
            int step = Math.Max(1, moment.ToSteps(stepsPerEpoch, totalSteps));
            if (step >= totalSteps)
            {
                throw new SettingException(
                    "burden.snapshots",
                    $"{moment} is step {step}; allowed: before the last of {totalSteps} steps, whose weights are the model's");
            }

            steps.Add(step);
        }

        return steps;
    }

    /// <summary>Stores the weights if the step just done is one of those.</summary>
    public void AfterStep(int stepsDone)
    {
        if (!_steps.Contains(stepsDone) || _folder.IsFollower) return;
        string path = _folder.SnapshotPath(stepsDone);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        _save(path);
    }
}
