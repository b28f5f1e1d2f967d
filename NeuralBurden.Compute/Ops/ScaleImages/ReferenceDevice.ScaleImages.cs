using NeuralBurden.Compute.Ops.ScaleImages;

namespace NeuralBurden.Compute.Devices.Reference;

public sealed partial class ReferenceDevice
{
    protected override void ScaleImagesCore(in ScaleImagesArguments args)
    {
        int n = args.Extents.N;
        Span<double> x = F(args.X), s = F(args.S), r = args.R.IsNone ? default : F(args.R), y = F(args.Y);
        for (int i = 0; i < y.Length; i++) y[i] = (s[i / n] * x[i]) + (r.IsEmpty ? 0 : r[i]);
        Finish(args.Y);
    }
}
