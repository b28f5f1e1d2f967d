using NeuralBurden.Compute.Tensors;
using NeuralBurden.Vit.Model;

namespace NeuralBurden.Vit.Training;

/// <content>Steps whose gradient is NaN or infinite.</content>
internal sealed partial class Trainer
{
    // A cross-entropy is never negative, so this marks the images of a step left out, in checkpoints too.
    private const float SkippedLoss = -1;

    /// <summary>
    /// Whether every step looks at its gradient's norm. Free where the host computes; a device that works ahead would
    /// have to be waited for, so that its norms are looked at with the losses.
    /// </summary>
    public bool ChecksEveryStep { get; set; }

    /// <summary>Steps left out so far.</summary>
    public int SkippedSteps { get; private set; }

    /// <summary>
    /// Whether this step trains nothing because its gradient is not finite. Its gradient becomes zero: the masks keep
    /// to their schedule, and nothing that a pruning method accumulates is spoilt.
    /// </summary>
    private bool SkipsStep(int step, in Tensor logits)
    {
        int place = step % StepsPerEpoch;
        var gradients = Model.Parameters.Gradients;
        _device.ClipByNorm(new(gradients, gradients, float.PositiveInfinity, _norms.Slice(place, new Shape(1))));
        if (NormIsFinite(place)) return false;
        if (SkippedSteps == _config.Train.SkipNonfinite) throw Diagnose("gradient norm", step, logits);
        SkippedSteps++;
        _device.Clear(gradients);
        var rows = new Shape(_config.Train.BatchSize);
        var marks = _hostLosses.AsSpan(0, _config.Train.BatchSize);
        marks.Fill(SkippedLoss);
        _device.Upload(marks, _losses.Slice((long)place * marks.Length, rows));
        _device.Clear(_correct.Slice((long)place * marks.Length, rows));
        return true;
    }

    private bool NormIsFinite(int place)
    {
        _device.Download(_norms.Slice(place, new Shape(1)), _hostNorm);
        return float.IsFinite(_hostNorm[0]);
    }

    // Forward order for activations, backward order for gradients: the first one found is where it began.
    private NonFiniteException Diagnose(string what, int step, in Tensor logits)
    {
        foreach (var (layer, output) in Model.Outputs(logits))
        {
            if (!HostCopy.IsFinite(HostCopy.Of(_device, output)))
                return new NonFiniteException(what, step, $"the output of {layer}");
        }

        var broken = Model.Parameters.All.LastOrDefault(p => !HostCopy.IsFinite(HostCopy.Of(_device, p.Gradient)));
        return new NonFiniteException(what, step, broken is null ? null : $"the gradient of {broken.Name}");
    }
}
