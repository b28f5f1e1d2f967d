using NeuralBurden.Compute.Ops.SelectLargest;

namespace NeuralBurden.Compute.Devices.Reference;

public sealed partial class ReferenceDevice
{
    /// <summary>Sorts: stable, so that ties stay in the order of their indices.</summary>
    protected override void SelectLargestCore(in SelectLargestArguments args)
    {
        float[] x = [.. F(args.X).ToArray().Select(v => (float)v)];
        var bits = I(args.Bits);
        int[] all = [.. args.Segments.SelectMany(s => Enumerable.Range(s.Start, s.Count))];
        foreach (var segment in args.Segments) bits.Slice(segment.Start / 32, (segment.Count + 31) / 32).Clear();
        I(args.NonFinite)[0] = all.Count(i => !float.IsFinite(x[i]));
        if (args.Together > 0)
        {
            Mark(all, args.Together, bits);
            return;
        }

        foreach (var segment in args.Segments) Mark(Enumerable.Range(segment.Start, segment.Count), segment.Keep, bits);

        void Mark(IEnumerable<int> indices, int keep, Span<int> words)
        {
            // Without its sign, a float's bits order as its magnitude does, infinity and NaN above all others.
            foreach (int i in indices.OrderByDescending(i => BitConverter.SingleToInt32Bits(x[i]) & int.MaxValue).Take(keep))
                words[i / 32] |= 1 << (i % 32);
        }
    }
}
