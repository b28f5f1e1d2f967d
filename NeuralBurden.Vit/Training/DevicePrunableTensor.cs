using System.Runtime.InteropServices;
using NeuralBurden.Compute.Devices;
using NeuralBurden.Compute.Tensors;
using NeuralBurden.Pruning.Tensors;
using NeuralBurden.Vit.Model;
using NeuralBurden.Vit.Sparsity;

namespace NeuralBurden.Vit.Training;

/// <summary>
/// A model's matrix as pruning sees it. Per-step work runs on the device; decisions read host memory, which on a CPU
/// is the live memory itself.
/// </summary>
internal sealed class DevicePrunableTensor : PrunableTensor, IDisposable
{
    private readonly Device _device;
    private readonly Tensor[] _parts;
    private readonly float[]?[] _staging = new float[Enum.GetValues<TensorPart>().Length][];
    private readonly Tensor _otherBits;
    private Tensor _remembered;

    /// <param name="bits">Where the device has its copy of the mask.</param>
    /// <param name="moments">The optimizer's slots for this parameter, one or two.</param>
    /// <param name="policy">Chooses how the matrix is multiplied.</param>
    public DevicePrunableTensor(
        Device device, Parameter parameter, in Tensor bits, IReadOnlyList<Tensor> moments, SparsePolicy policy)
        : base(parameter.Name, parameter.Shape[0], parameter.Shape[1])
    {
        _device = device;
        Pruned = new PrunedWeight(device, parameter, Mask, policy, training: true, bits);
        _parts = new Tensor[_staging.Length];
        _parts[(int)TensorPart.Weights] = parameter.Weights;
        _parts[(int)TensorPart.Gradient] = parameter.Gradient;
        _parts[(int)TensorPart.Effective] = parameter.Effective;
        if (moments.Count > 0) _parts[(int)TensorPart.FirstMoment] = moments[0];
        if (moments.Count > 1) _parts[(int)TensorPart.SecondMoment] = moments[1];
        _otherBits = device.AllocateTensor(bits.Shape, $"positions of {Name}", ElementType.Int32);
    }

    /// <summary>Owned by who follows the masks of a whole model.</summary>
    public PrunedWeight Pruned { get; }

    public override bool Has(TensorPart part) => !_parts[(int)part].IsNone;

    public override ReadOnlySpan<float> Read(TensorPart part) => Edit(part);

    public override Span<float> Edit(TensorPart part)
    {
        var tensor = _parts[(int)part];
        if (_device.TryGetHostSpan(tensor, out var live)) return live;
        float[] copy = _staging[(int)part] ??= new float[Count];
        _device.Download(tensor, copy);
        return copy;
    }

    public override void Commit(TensorPart part)
    {
        if (!_device.TryGetHostSpan(_parts[(int)part], out _)) _device.Upload(_staging[(int)part], _parts[(int)part]);
    }

    public override void WriteEffective() => _device.ApplyMask(new(
        _parts[(int)TensorPart.Weights], Pruned.Bits, _parts[(int)TensorPart.Effective]));

    public override void TransformGradient(float prunedScale, float prunedDecay)
    {
        if (prunedScale == 1 && prunedDecay == 0) return;
        Tensor gradient = _parts[(int)TensorPart.Gradient], weights = _parts[(int)TensorPart.Weights];
        _device.MaskGradient(new(gradient, weights, Pruned.Bits, prunedScale, prunedDecay));
    }

    public override void ZeroPruned(TensorPart part) => ZeroPruned(_parts[(int)part]);

    /// <summary>Zeroes a tensor of the matrix's shape where the mask is 0.</summary>
    public void ZeroPruned(in Tensor tensor) => _device.ApplyMask(new(tensor, Pruned.Bits, tensor));

    public override void RememberWeights()
    {
        var weights = _parts[(int)TensorPart.Weights];
        if (_remembered.IsNone) _remembered = _device.AllocateTensor(weights.Shape, $"weights of {Name} before the step");
        _device.Copy(weights, _remembered);
    }

    // The op is g = kept ? g : scale g + decay w.
    public override void ScaleStep(float share) =>
        _device.MaskGradient(new(_parts[(int)TensorPart.Weights], _remembered, Pruned.Bits, share, 1 - share));

    public override void ZeroAt(TensorPart part, ReadOnlySpan<ulong> positions)
    {
        Span<ulong> kept = stackalloc ulong[256];
        for (int start = 0; start < positions.Length; start += kept.Length)
        {
            int length = Math.Min(kept.Length, positions.Length - start);
            for (int i = 0; i < length; i++) kept[i] = ~positions[start + i];
            int count = Math.Min(2 * length, (int)_otherBits.Count - (2 * start));
            _device.Upload(
                MemoryMarshal.Cast<ulong, int>(kept)[..count], _otherBits.Slice(2 * start, new Shape(count)));
        }

        _device.ApplyMask(new(_parts[(int)part], _otherBits, _parts[(int)part]));
    }

    public void Dispose()
    {
        _otherBits.Buffer.Dispose();
        if (!_remembered.IsNone) _remembered.Buffer.Dispose();
    }
}
