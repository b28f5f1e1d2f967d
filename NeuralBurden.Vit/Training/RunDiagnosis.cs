using NeuralBurden.Vit.Runs;

namespace NeuralBurden.Vit.Training;

/// <summary>Tells of a run that failed what is wrong and what to go back to.</summary>
internal sealed class RunDiagnosis(RunFolder folder, Trainer trainer, TrainingCheckpoints checkpoints, bool isAlone)
{
    /// <summary>
    /// Names the checkpoint to go back to, and the layer: where steps were not looked at one by one, by training from
    /// that checkpoint again and looking.
    /// </summary>
    public NonFiniteException Of(NonFiniteException error)
    {
        var found = error;
        if (error.Layer is null && checkpoints.Latest is not null && isAlone)
        {
            checkpoints.Restore(new SessionRecords(folder));
            trainer.ChecksEveryStep = true;
            try
            {
                while (trainer.StepsDone <= error.Step) trainer.Step();
            }
            catch (NonFiniteException exact)
            {
                found = exact;
            }
        }

        return new NonFiniteException(found.What, found.Step, found.Layer, checkpoints.Latest);
    }

    /// <summary>Says whether the run can go on once the disk is well.</summary>
    public IOException Of(IOException error)
    {
        if (!Directory.Exists(folder.Path))
            return new IOException($"the run folder {folder.Path} is gone, and what was trained with it: {error.Message}", error);
        string rest = checkpoints.Latest is { } latest
            ? $"'nb resume {folder.Path}' goes on from {latest} once that is remedied"
            : "there is no checkpoint yet";
        return new IOException($"{error.Message}; {rest}", error);
    }
}
