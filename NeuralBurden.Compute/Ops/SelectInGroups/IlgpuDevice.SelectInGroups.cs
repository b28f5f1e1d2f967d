using ILGPU.Runtime;
using NeuralBurden.Compute.Ops.SelectInGroups;

namespace NeuralBurden.Compute.Devices.Ilgpu;

public sealed partial class IlgpuDevice
{
    private int[] _groupedMatrices = [];

    protected override void SelectInGroupsCore(in SelectInGroupsArguments args)
    {
        int matrices = args.Matrices.Count, length = matrices * MarkInGroups.Fields;
        if (_groupedMatrices.Length < length) _groupedMatrices = new int[length];
        for (int i = 0; i < matrices; i++)
        {
            var row = _groupedMatrices.AsSpan(i * MarkInGroups.Fields, MarkInGroups.Fields);
            var matrix = args.Matrices[i];
            (row[0], row[1], row[2]) = (matrix.Start, matrix.Rows * matrix.Columns, matrix.Columns);
            (row[3], row[4]) = (matrix.Keep, matrix.KeepRest);
        }

        var table = Scratch(length).Cast<int>().SubView(0, length);
        _uploads.Upload(_groupedMatrices.AsSpan(0, length), table);
        I(args.NonFinite).MemSetToZero(_stream);
        Each(
            new MarkInGroups(F(args.X), table, matrices, args.Length, I(args.Bits), I(args.NonFinite)), args.Bits.Count);
    }
}
