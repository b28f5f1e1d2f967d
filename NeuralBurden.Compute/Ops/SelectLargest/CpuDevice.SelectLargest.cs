using NeuralBurden.Compute.Ops.SelectLargest;

namespace NeuralBurden.Compute.Devices.Cpu;

public unsafe partial class CpuDevice
{
    // Keys, floats without their sign, have two digits: 15 and 16 bits.
    private const int DigitBits = 16, Digits = 1 << DigitBits;

    /// <summary>
    /// One thread: trainings on a processor have a selection of their own, which begins at the threshold of the last one.
    /// </summary>
    protected override void SelectLargestCore(in SelectLargestArguments args)
    {
        float* x = F(args.X);
        var bits = new Span<int>(I(args.Bits), (int)args.Bits.Count);
        int nonFinite = 0;
        for (int s = 0; s < args.Segments.Count; s++)
        {
            var segment = args.Segments[s];
            bits.Slice(segment.Start / 32, (segment.Count + 31) / 32).Clear();
            for (int i = segment.Start; i < segment.Start + segment.Count; i++)
                if (!float.IsFinite(x[i])) nonFinite++;
        }

        I(args.NonFinite)[0] = nonFinite;
        if (args.Together > 0) Mark(x, args.Segments, 0, args.Segments.Count, args.Together, bits);
        for (int s = 0; s < args.Segments.Count && args.Together == 0; s++)
            Mark(x, args.Segments, s, s + 1, args.Segments[s].Keep, bits);
    }

    private void Mark(float* x, IReadOnlyList<WeightSegment> segments, int first, int end, int keep, Span<int> bits)
    {
        if (keep == 0) return;
        int remaining = keep;
        int high = Digit(x, segments, first, end, -1, ref remaining);
        int threshold = (high << DigitBits) | Digit(x, segments, first, end, high, ref remaining);
        for (int s = first; s < end; s++)
        {
            for (int i = segments[s].Start; i < segments[s].Start + segments[s].Count; i++)
            {
                int key = KeyOf(x[i]);
                if (key > threshold || (key == threshold && remaining-- > 0)) bits[i / 32] |= 1 << (i % 32);
            }
        }
    }

    // The largest digit with as many elements at or above it; of those at it, so many remain to be kept. High: -1 for the
    // first digit, else what the first one is.
    private int Digit(float* x, IReadOnlyList<WeightSegment> segments, int first, int end, int high, ref int remaining)
    {
        var counts = new Span<int>(Shared(Digits), Digits);
        counts.Clear();
        for (int s = first; s < end; s++)
        {
            for (int i = segments[s].Start; i < segments[s].Start + segments[s].Count; i++)
            {
                int key = KeyOf(x[i]);
                if (high < 0) counts[key >> DigitBits]++;
                else if (key >> DigitBits == high) counts[key & (Digits - 1)]++;
            }
        }

        int found = Digits - 1;
        while (counts[found] < remaining) remaining -= counts[found--];
        return found;
    }

    private static int KeyOf(float x) => BitConverter.SingleToInt32Bits(x) & int.MaxValue;
}
