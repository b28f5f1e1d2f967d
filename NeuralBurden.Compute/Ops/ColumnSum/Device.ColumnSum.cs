using NeuralBurden.Compute.Ops.ColumnSum;

namespace NeuralBurden.Compute.Devices;

public abstract partial class Device
{
    /// <inheritdoc cref="ColumnSumArguments"/>
    public void ColumnSum(in ColumnSumArguments args)
    {
        if (args.Check(new(this, nameof(ColumnSum)))) ColumnSumCore(args);
    }

    protected abstract void ColumnSumCore(in ColumnSumArguments args);
}
