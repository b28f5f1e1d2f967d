using NeuralBurden.Compute.Sparse;
using NeuralBurden.Pruning.Counting;
using NeuralBurden.Pruning.Distributions;
using NeuralBurden.Pruning.Patterns;
using NeuralBurden.Pruning.Schedules;
using NeuralBurden.Pruning.Selection;
using NeuralBurden.Pruning.State;
using NeuralBurden.Pruning.Tensors;

namespace NeuralBurden.Pruning.Methods;

/// <summary>
/// Methods whose mask is M = 1[margin &gt; 0] with margins from parameters that they learn by SGD (STR, DST,
/// soft movement).
/// </summary>
/// <remarks>
/// In the references the final sparsity follows from a penalty that one tunes. Here the penalty acts only
/// while the mask is denser than the schedule asks (<see cref="IsTooDense"/>), and at the window's stop the
/// mask becomes the exact top-k of the margins over all tensors and stays; from then on pruned weights are
/// zero. So every method meets the same target.
/// </remarks>
public abstract class LearnedMaskMethod(SparsitySchedule schedule, PruningWindow window) : PruningMethod
{
    private MaskSelector? _selector;
    private ulong[][] _scratch = [];

    public sealed override Persistence Persistence => IsSettled ? Persistence.Zeroed : LearningPersistence;

    /// <summary>Whether the mask is final.</summary>
    protected bool IsSettled { get; private set; }

    /// <summary>What happens to pruned weights while the mask is still learned.</summary>
    protected abstract Persistence LearningPersistence { get; }

    public sealed override void Begin() => WriteMasks(0);

    public sealed override void AfterBackward(long step)
    {
        if (!IsSettled)
        {
            bool tooDense = IsTooDense(step);
            for (int t = 0; t < Context.Tensors.Count; t++) Learn(t, Context.Tensors[t], tooDense);
        }

        base.AfterBackward(step);
    }

    public sealed override bool MayUpdateMasks(long step) => !IsSettled;

    public sealed override bool UpdateMasks(long step)
    {
        if (IsSettled) return false;
        if (step < window.Stop)
        {
            WriteMasks(step);
            return true;
        }

        for (int t = 0; t < Context.Tensors.Count; t++)
            Margins(t, Context.Tensors[t], step, Context.Slice(_selector!.Scores, t));
        _selector!.UseScores("margin");
        _selector.Prune(schedule.Target);
        _selector.WriteMasks();
        for (int t = 0; t < Context.Tensors.Count; t++) Settle(t, Context.Tensors[t]);
        IsSettled = true;
        return true;
    }

    public sealed override void Save(PrunerState state)
    {
        state.Put("learned.settled", [IsSettled ? 1L : 0L]);
        for (int t = 0; t < Context.Tensors.Count; t++)
            state.Put($"learned.{Context.Tensors[t].Name}", Learned(t));
    }

    public sealed override void Load(PrunerState state)
    {
        Span<long> settled = stackalloc long[1];
        state.Get("learned.settled", settled);
        IsSettled = settled[0] != 0;
        for (int t = 0; t < Context.Tensors.Count; t++)
            state.Get($"learned.{Context.Tensors[t].Name}", Learned(t));
    }

    protected override void OnAttach()
    {
        var pattern = new UnstructuredPattern();
        pattern.Attach(Context);
        _selector = new MaskSelector(Context, pattern, new GlobalDistribution());
        _scratch = [.. Context.Tensors.Select(tensor => new ulong[tensor.Mask.Words.Length])];
    }

    /// <summary>margins[i]: weight i is kept while this is above zero; finite.</summary>
    protected abstract void Margins(int t, PrunableTensor tensor, long step, Span<float> margins);

    /// <summary>The learned parameters of a tensor: the live array, for updates and checkpoints.</summary>
    protected abstract Span<float> Learned(int t);

    /// <summary>
    /// One SGD step of the learned parameters from the gradient of the effective weights; also replaces it by
    /// the gradient of the stored weights where that is another one.
    /// </summary>
    protected abstract void Learn(int t, PrunableTensor tensor, bool tooDense);

    /// <summary>A chance to repair the learned parameters after new masks were written.</summary>
    protected virtual void Repair(int t, PrunableTensor tensor)
    {
    }

    /// <summary>
    /// The final mask is written: turns stored weights into those that W * M continues from.
    /// </summary>
    protected virtual void Settle(int t, PrunableTensor tensor)
    {
    }

    private bool IsTooDense(long step)
    {
        long kept = 0;
        for (int t = 0; t < Context.Tensors.Count; t++) kept += Context.Tensors[t].Mask.Count;
        return kept > KeepCount.Of(Context.TotalWeights, schedule.At(step));
    }

    private void WriteMasks(long step)
    {
        for (int t = 0; t < Context.Tensors.Count; t++)
        {
            var tensor = Context.Tensors[t];
            var margins = Context.Slice(_selector!.Scores, t);
            Margins(t, tensor, step, margins);
            ulong[] words = _scratch[t];
            Array.Clear(words);
            for (int i = 0; i < margins.Length; i++)
                if (margins[i] > 0) MaskWords.Set(words, i);
            tensor.Mask.Replace(words);
            Repair(t, tensor);
        }
    }
}
