using NeuralBurden.Compute.Ops.SelectInGroups;

namespace NeuralBurden.Compute.Devices.Reference;

public sealed partial class ReferenceDevice
{
    /// <summary>Sorts each group: stable, so that ties stay in the order of their indices.</summary>
    protected override void SelectInGroupsCore(in SelectInGroupsArguments args)
    {
        float[] x = [.. F(args.X).ToArray().Select(v => (float)v)];
        var bits = I(args.Bits);
        int length = args.Length, nonFinite = 0;
        foreach (var matrix in args.Matrices)
        {
            int count = matrix.Rows * matrix.Columns;
            bits.Slice(matrix.Start / 32, (count + 31) / 32).Clear();
            nonFinite += x[matrix.Start..(matrix.Start + count)].Count(v => !float.IsFinite(v));
            for (int row = 0; row < matrix.Rows; row++)
            {
                foreach (int[] group in Enumerable.Range(0, matrix.Columns).Chunk(length))
                {
                    int first = matrix.Start + (row * matrix.Columns);
                    int keep = group.Length == length ? matrix.Keep : matrix.KeepRest;
                    var largest = group.Select(column => first + column).OrderByDescending(Key).Take(keep);
                    foreach (int i in largest) bits[i / 32] |= 1 << (i % 32);
                }
            }
        }

        I(args.NonFinite)[0] = nonFinite;

        int Key(int i) => BitConverter.SingleToInt32Bits(x[i]) & int.MaxValue;
    }
}
