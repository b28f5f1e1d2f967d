using NeuralBurden.Compute.Ops.SelectInGroups;
using NeuralBurden.Compute.Ops.SelectLargest;

namespace NeuralBurden.Compute.Devices.Cpu;

public unsafe partial class CpuDevice
{
    /// <summary>One thread: trainings on a processor have a selection of their own, on the host's copy of the masks.</summary>
    protected override void SelectInGroupsCore(in SelectInGroupsArguments args)
    {
        float* x = F(args.X);
        var bits = new Span<int>(I(args.Bits), (int)args.Bits.Count);
        int nonFinite = 0;
        for (int m = 0; m < args.Matrices.Count; m++)
        {
            var matrix = args.Matrices[m];
            bits[(matrix.Start / 32)..(int)((matrix.End + 31) / 32)].Clear();
            for (int row = matrix.Start; row < matrix.End; row += matrix.Columns)
            {
                for (int start = 0; start < matrix.Columns; start += args.Length)
                {
                    int length = Math.Min(args.Length, matrix.Columns - start);
                    int keep = length == args.Length ? matrix.Keep : matrix.KeepRest;
                    nonFinite += MarkGroup(x, row + start, length, keep, bits);
                }
            }
        }

        I(args.NonFinite)[0] = nonFinite;
    }

    // Groups are short: counting who is larger beats sorting. Returns how many are not finite.
    private static int MarkGroup(float* x, int first, int length, int keep, Span<int> bits)
    {
        int nonFinite = 0;
        for (int i = first; i < first + length; i++)
        {
            int key = LargestSelection.KeyOf(x[i]), rank = 0;
            for (int j = first; j < first + length; j++)
            {
                int other = LargestSelection.KeyOf(x[j]);
                if (other > key || (other == key && j < i)) rank++;
            }

            if (rank < keep) bits[i / 32] |= 1 << (i % 32);
            if (!float.IsFinite(x[i])) nonFinite++;
        }

        return nonFinite;
    }
}
