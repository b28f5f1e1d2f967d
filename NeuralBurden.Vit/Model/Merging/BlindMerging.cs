namespace NeuralBurden.Vit.Model.Merging;

/// <summary>
/// A control that does not look at the tokens: one map for all images of a pass, so that an image's result does not
/// depend on its batch. Costs no multiply-adds.
/// </summary>
public abstract class BlindMerging(string name, MergePlan plan, bool proportionalAttention)
    : TokenMerging(name, plan, proportionalAttention)
{
    private int[] _maps = [];

    public override TokenMatch Match(in MergeContext context, int r)
    {
        int b = context.State.Batch, t = context.State.Count;
        if (_maps.Length < b * t) _maps = new int[b * t];
        var one = _maps.AsSpan(0, t);
        Write(one, context.Protected, context.Place, context.Step, r);
        for (int image = 1; image < b; image++) one.CopyTo(_maps.AsSpan(image * t, t));
        var map = context.TakeMap();
        context.Device.Upload(_maps.AsSpan(0, b * t), map);
        return new TokenMatch(map, t - r);
    }

    public override long MatchCost(int place, int tokens, VitShape shape) => 0;

    /// <summary>
    /// Where each of T tokens goes in every evaluation, -1 where it is dropped; the first patch is token
    /// <paramref name="first"/>.
    /// </summary>
    internal int[] EvaluationMap(int tokens, int first, int place, int r)
    {
        int[] map = new int[tokens];
        Write(map, first, place, MergeContext.EvaluationStep, r);
        return map;
    }

    /// <summary>Writes where each token of an image goes; those before the first patch stay in their places.</summary>
    protected abstract void Write(Span<int> map, int first, int place, uint step, int r);
}
