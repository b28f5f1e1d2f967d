using System.Globalization;
using NeuralBurden.Compute.Sparse;
using NeuralBurden.Pruning.Counting;
using NeuralBurden.Pruning.Errors;
using NeuralBurden.Pruning.State;

namespace NeuralBurden.Pruning.Methods;

/// <summary>
/// Dynamic network surgery (arXiv 1608.04493). Masks are touched with probability (1 + decay t)^-power until
/// the window ends. With c given, the reference's rule: tau_l = max(mu_l + c sigma_l, 0) with mean and
/// deviation of |W_l| at the window's start, which is trained by then; a weight goes off at |w| &lt;= 0.9 tau_l
/// and on at |w| &gt; 1.1 tau_l, and the sparsity follows from c. Without c, tau follows the schedule's sparsity
/// with the same band, and is always touched at the window's end and stop.
/// </summary>
public sealed class DnsMethod(MethodParts parts, double c, double decay, double power) : ComposedMethod(parts)
{
    private ulong[][] _scratch = [];
    private float[] _thresholds = [];

    public override bool UpdateMasks(long step)
    {
        if (step == Parts.Window.Start && !double.IsNaN(c)) MeasureThresholds();
        return base.UpdateMasks(step);
    }

    public override void Save(PrunerState state)
    {
        base.Save(state);
        state.Put("dns.thresholds", _thresholds.AsSpan());
    }

    public override void Load(PrunerState state)
    {
        base.Load(state);
        state.Get("dns.thresholds", _thresholds.AsSpan());
    }

    protected override bool IsUpdate(long step)
    {
        if (!Parts.Window.IsUpdate(step)) return false;
        bool always = double.IsNaN(c) && (step == Parts.Window.End || step == Parts.Window.Stop);
        return always || Touches(step);
    }

    protected override void Prune(long step, double sparsity)
    {
        if (double.IsNaN(c)) base.Prune(step, sparsity);
        else Operate();
    }

    protected override void OnAttach()
    {
        base.OnAttach();
        _thresholds = new float[Context.Tensors.Count];
        _scratch = [.. Context.Tensors.Select(tensor => new ulong[tensor.Mask.Words.Length])];
    }

    private void MeasureThresholds()
    {
        for (int t = 0; t < Context.Tensors.Count; t++)
        {
            double sum = 0, squares = 0;
            float largest = 0f;
            var weights = Context.Tensors[t].Weights;
            foreach (float w in weights)
            {
                sum += MathF.Abs(w);
                squares += (double)w * w;
                largest = MathF.Max(largest, MathF.Abs(w));
            }

            double mean = sum / weights.Length;
            double deviation = Math.Sqrt(Math.Max(0, squares / weights.Length - mean * mean));
            _thresholds[t] = (float)Math.Max(mean + c * deviation, 0);
            if (largest > Parts.Hysteresis.Low * _thresholds[t]) continue;
            double limit = deviation > 0 ? (largest / Parts.Hysteresis.Low - mean) / deviation : 0;
            throw new SettingException(
                "parameters.c", c,
                string.Create(CultureInfo.InvariantCulture, $"below {limit:0.##} at step {Parts.Window.Start}")
                + $", as it would prune all of '{Context.Tensors[t].Name}', or a later start");
        }
    }

    private bool Touches(long step) =>
        CounterRandom.Uniform(Context.Seed, CounterRandom.Touch, step, 0)
        < Math.Pow(1 + decay * step, -power);

    private void Operate()
    {
        Selector.Score(Parts.Criterion, 0);
        for (int t = 0; t < Context.Tensors.Count; t++)
        {
            var scores = Context.Slice(Selector.Scores, t);
            var mask = Context.Tensors[t].Mask;
            mask.Words.CopyTo(_scratch[t]);
            float off = (float)Parts.Hysteresis.Low * _thresholds[t];
            float on = (float)Parts.Hysteresis.High * _thresholds[t];
            for (int i = 0; i < scores.Length; i++)
            {
                if (scores[i] <= off) MaskWords.Clear(_scratch[t], i);
                else if (scores[i] > on) MaskWords.Set(_scratch[t], i);
            }

            mask.Replace(_scratch[t]);
        }
    }
}
