using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Devices.Reference;

public sealed partial class ReferenceDevice
{
    protected override void ClipByNormCore(in Tensor g, in Tensor counted, float maximum, in Tensor norm)
    {
        var values = F(g);
        double squares = 0;
        foreach (double value in F(counted)) squares += value * value;
        double length = Math.Sqrt(squares);
        F(norm)[0] = length;
        if (double.IsFinite(length) && length > maximum)
        {
            foreach (ref double value in values) value *= maximum / length;
        }

        Finish(norm);
        Finish(g);
    }
}
