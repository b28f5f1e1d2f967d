using NeuralBurden.Compute.Rng;

namespace NeuralBurden.Vit.Model.Merging;

/// <summary>
/// A control: random tokens merge in pairs, or are dropped. Drawn anew each step of training by (seed, stream
/// TokenMerging, step, place); all evaluations draw the same. The remaining tokens keep their order.
/// </summary>
public sealed class RandomMerging(string name, MergePlan plan, bool proportionalAttention, ulong seed, bool drop)
    : BlindMerging(name, plan, proportionalAttention)
{
    private int[] _order = [];

    protected override void Write(Span<int> map, int first, int place, uint step, int r)
    {
        int count = map.Length - first;
        if (_order.Length < count) _order = new int[count];
        for (int i = 0; i < count; i++)
        {
            int j = Philox.Below(
                i + 1, seed, RandomStream.TokenMerging, step, ((ulong)place << 32) + (ulong)i);
            _order[i] = _order[j];
            _order[j] = first + i;
        }

        map.Clear();
        for (int i = 0; i < r; i++) map[_order[i]] = -1;
        int position = 0;
        for (int n = 0; n < map.Length; n++)
        {
            if (map[n] >= 0) map[n] = position++;
        }

        for (int i = 0; i < r && !drop; i++) map[_order[i]] = map[_order[r + i]];
    }
}
