using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using NeuralBurden.Compute.Devices;
using NeuralBurden.Compute.Ops.Gemm;
using NeuralBurden.Compute.Sparse;
using NeuralBurden.Compute.Tensors;
using NeuralBurden.Pruning.Masks;
using NeuralBurden.Vit.Model;
using NeuralBurden.Vit.Runs;

namespace NeuralBurden.Vit.Sparsity;

/// <summary>
/// A matrix under a mask, and all that follows from the mask: its bits on the device, the sparse form, and which products use
/// it. Nobody else follows the mask's version. A step whose masks stay allocates nothing, and neither does one whose masks get
/// sparser.
/// </summary>
internal sealed class PrunedWeight : WeightProducts, IDisposable
{
    private readonly Device _device;
    private readonly BreakEven _below;
    private readonly Tensor _bits;
    private readonly SparseMatrix? _matrix;
    private long _version = -1;
    private bool _isChosen;
    private bool _isSampled;
    private bool _forward;
    private bool _inputGradient;
    private bool _weightGradient;

    /// <summary>Multiplies by the weight from now on, until it is disposed.</summary>
    /// <param name="device">Where the model lives.</param>
    /// <param name="weight">A matrix; its effective weights are zero where the mask is.</param>
    /// <param name="mask">Belongs to who prunes.</param>
    /// <param name="policy">Chooses between dense and sparse.</param>
    /// <param name="training">Whether weight gradients will be asked for.</param>
    /// <param name="bits">Memory for the mask's bits, not owned; none where nobody else reads them.</param>
    public PrunedWeight(
        Device device, Parameter weight, Mask mask, SparsePolicy policy, bool training, in Tensor bits = default)
        : base(weight)
    {
        (_device, Mask, _bits, _below) = (device, mask, bits, policy.Of(mask.Rows, mask.Columns, training));
        if (_below.Largest > 0)
            _matrix = device.AllocateSparse(weight.Effective, (int)Math.Ceiling(_below.Largest * mask.Length), _bits);
        weight.Products = this;
    }

    public Mask Mask { get; }

    /// <summary>The mask's bits on the device, see <see cref="MaskWords"/>.</summary>
    public Tensor Bits
    {
        get
        {
            if (_version == Mask.Version) return _bits;
            // A mask's 64-bit words are pairs of the device's 32-bit words, low half first on every supported machine.
            if (!_bits.IsNone) _device.Upload(MemoryMarshal.Cast<ulong, int>(Mask.Words)[..(int)_bits.Count], _bits);
            (_version, _isChosen) = (Mask.Version, false);
            return _bits;
        }
    }

    /// <summary>Says that the device's bits are, or are not, what the mask is now: something else wrote them.</summary>
    public void BitsAre(bool current) => (_version, _isChosen) = (current ? Mask.Version : -1, false);

    /// <summary>
    /// What ran in the last step. A weight gradient is reported dense where the method asked for it.
    /// </summary>
    public LayerKernels Kernels => new(Weight.Name, Name(_forward), Name(_inputGradient), Name(Samples));

    /// <summary>
    /// Whether it has pruned weights and is multiplied by a dense kernel, other than for a gradient that is needed dense.
    /// </summary>
    public bool IsSimulated =>
        Mask.Count < Mask.Length && !(_forward && _inputGradient && (!_isSampled || _weightGradient));

    [MemberNotNullWhen(true, nameof(_matrix))]
    private bool IsSparse => _matrix is not null && (_forward || _inputGradient || _weightGradient);

    public override bool Samples => _isSampled && _weightGradient;

    /// <summary>Follows mask and effective weights; after the latter are written, before they are used.</summary>
    /// <param name="device">Where the model lives, or one of its lanes.</param>
    public void Update(Device device)
    {
        _ = Bits;
        if (_isChosen) Refresh(device);
        else Choose(device);
    }

    /// <summary>
    /// Says whether the coming backward pass needs gradients at kept weights alone; after <see cref="Update"/>.
    /// </summary>
    public void SampleGradients(bool sampled) => _isSampled = sampled;

    public override void Refresh() => Refresh(_device);

    public override void Forward(Device device, in Tensor x, in Tensor y, in GemmEpilogue epilogue)
    {
        if (_forward) device.SparseGemm(new(GemmForm.NT, x, _matrix!, y, epilogue));
        else base.Forward(device, x, y, epilogue);
    }

    public override void Pack(Device device)
    {
        if (!_forward) base.Pack(device);
    }

    public override void InputGradient(Device device, in Tensor dy, in Tensor dx, in GemmEpilogue epilogue)
    {
        if (_inputGradient) device.SparseGemm(new(GemmForm.NN, dy, _matrix!, dx, epilogue));
        else base.InputGradient(device, dy, dx, epilogue);
    }

    public override void Gradients(Device device, in Tensor dy, in Tensor x, in Tensor dBias)
    {
        if (!Samples)
        {
            base.Gradients(device, dy, x, dBias);
            return;
        }

        device.SparseWeightGradient(new(dy, x, _matrix!, Weight.Gradient));
        device.ColumnSum(new(dy, dBias));
    }

    public override void Backward(Device device, in Tensor dy, in Tensor x, in Tensor dx, in Tensor dBias)
    {
        if (_inputGradient) device.SparseLinearBackward(new(dy, x, _matrix!, dx, Weight.Gradient, Samples, dBias));
        else base.Backward(device, dy, x, dx, dBias);
    }

    public override SparseMatrix? ToFuse(bool backward) => _forward && (_inputGradient || !backward) ? _matrix : null;

    public void Dispose()
    {
        Weight.Products = new WeightProducts(Weight);
        Unpack();
        _matrix?.Dispose();
    }

    private static string Name(bool sparse) => sparse ? LayerKernels.Sparse : LayerKernels.Dense;

    private void Refresh(Device device)
    {
        if (IsSparse) device.SparseRefresh(_matrix);
    }

    private void Choose(Device device)
    {
        _isChosen = true;
        if (_matrix is null) return;
        _matrix.Look(Mask.Words);
        _forward = Pays(_matrix.ForwardWork, _below.Forward);
        _inputGradient = Pays(_matrix.InputWork, _below.InputGradient);
        _weightGradient = Pays(_matrix.Density, _below.WeightGradient);
        // And what no product reads is not built.
        if (IsSparse) device.SparseBuild(_matrix, Mask.Words);

        static bool Pays(double work, double below) => work < 1 && below > 0 && work <= below;
    }
}
