using NeuralBurden.Pruning.Errors;
using NeuralBurden.Vit.Settings;

namespace NeuralBurden.Vit.Model.Merging;

/// <summary>When in training tokens are merged: from <c>tokens.start</c> until before <c>tokens.stop</c>.</summary>
public sealed class MergeSchedule
{
    private readonly double _start;
    private readonly double _stop;
    private readonly int _epochs;

    /// <exception cref="SettingException">A time in steps, or a stop before the start.</exception>
    public MergeSchedule(TokensConfig config, int epochs)
    {
        _epochs = epochs;
        _start = InEpochs("tokens.start", config.Start);
        _stop = InEpochs("tokens.stop", config.Stop);
        if (_stop < _start)
        {
            throw new SettingException(
                "tokens.stop", $"{config.Stop} is out of range; allowed: not before tokens.start ({config.Start})");
        }
    }

    /// <summary>Whether the trained model merges.</summary>
    public bool ActiveAtEnd => MergesAfter(_epochs);

    /// <summary>
    /// Whether the model merges once so many epochs are done: it started before and has not stopped since, be it within
    /// the last step. A stop at this very moment has let all steps so far merge, and the model is still theirs.
    /// </summary>
    public bool MergesAfter(double epochs) => epochs > 0 ? _start < epochs && _stop >= epochs : ActiveAt(0, 1);

    /// <summary>Whether this step of training, counted from 0, merges.</summary>
    public bool ActiveAt(int step, int stepsPerEpoch)
    {
        double epoch = (double)step / stepsPerEpoch;
        return epoch >= _start && epoch < _stop;
    }

    private double InEpochs(string key, Duration duration) => duration.Unit switch
    {
        DurationUnit.Epochs => duration.Amount,
        // The product first: a percentage that names a whole epoch is then exactly that epoch.
        DurationUnit.Percent => duration.Amount * _epochs / 100,
        _ => throw new SettingException(key, $"{duration} is in steps; allowed: epochs (5ep) or percent (50%)"),
    };
}
