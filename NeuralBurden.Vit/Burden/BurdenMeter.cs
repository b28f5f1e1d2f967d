using NeuralBurden.Compute.Devices;
using NeuralBurden.Compute.Rng;
using NeuralBurden.Compute.Tensors;
using NeuralBurden.Pruning;
using NeuralBurden.Vit.Model;
using NeuralBurden.Vit.Runs;
using NeuralBurden.Vit.Training;

namespace NeuralBurden.Vit.Burden;

/// <summary>
/// Measures the neural burden of every block's MLP on a fixed probe set of training images, in evaluation mode without
/// augmentation (arXiv 2407.16716; the definitions are this project's, see <see cref="BurdenRecord"/>). The reference is
/// <c>shadow</c>: the same weights without their mask, valid where a method keeps them alive.
/// </summary>
internal sealed class BurdenMeter
{
    /// <summary>Weight of the rate cost in B.</summary>
    private const double Beta = 1;

    private readonly Device _device;
    private readonly DeviceImages _images;
    private readonly int[] _probe;
    private readonly Dictionary<string, float[]> _host = [];

    /// <param name="probeImages">Fewer where the training set is smaller.</param>
    /// <param name="seed">Of the run; chooses the probe images.</param>
    public BurdenMeter(Device device, DeviceImages images, int probeImages, int seed)
    {
        (_device, _images) = (device, images);
        int count = images.Data.Count;
        var order = new int[count];
        for (int i = 0; i < count; i++)
        {
            int j = Philox.Below(i + 1, (ulong)seed, RandomStream.Probe, 0, (ulong)i);
            order[i] = order[j];
            order[j] = i;
        }

        _probe = order[..Math.Min(probeImages, count)];
    }

    /// <summary>r_j of every block's hidden units at the last measurement.</summary>
    public IReadOnlyList<IReadOnlyList<double>> UnitRates { get; private set; } = [];

    /// <summary>One record per block. Leaves weights and masks as they are.</summary>
    public IReadOnlyList<BurdenRecord> Measure(VisionTransformer model, Pruner? pruner, int epoch, int step)
    {
        bool shadow = pruner is null || pruner.Reference == ReferenceKind.Shadow;
        int blocks = model.Blocks.Count;
        LayerLoads[] own = Loads(), reference = Loads();
        var errors = new SignalError[blocks];
        for (int i = 0; i < blocks; i++) errors[i] = new SignalError(model.Shape.Dim);
        var tokens = new int[blocks];
        pruner?.WriteEffective();
        for (int at = 0; at < _probe.Length; at += _images.Batch)
        {
            var indices = _probe.AsSpan(at, Math.Min(_images.Batch, _probe.Length - at));
            var (images, _) = _images.Load(indices, []);
            model.Forward(images, training: false);
            for (int i = 0; i < blocks; i++)
            {
                AddLoads(own[i], model.Blocks[i].Activations);
                tokens[i] = model.Blocks[i].Activations.MlpInput.Count;
            }

            if (!shadow || pruner is null) continue;
            for (int i = 0; i < blocks; i++)
            {
                // Same input, same merge, with and without the mask: the error of this block alone.
                var output = model.Blocks[i].Activations.Output;
                ReadOnlySpan<float> pruned = Host("pruned", output.Tokens), sizes = Host("sizes", output.Sizes);
                errors[i].Add(Host("reference", model.ForwardUnmasked(model.Blocks[i])), pruned, sizes);
            }

            model.ForwardShadow(images);
            for (int i = 0; i < blocks; i++) AddLoads(reference[i], model.Blocks[i].Activations);
        }

        foreach (var loads in own) loads.Finish();
        UnitRates = [.. own.Select(l => l.Rate)];
        if (pruner is null) reference = own;
        else if (shadow) Array.ForEach(reference, l => l.Finish());
        return [.. Enumerable.Range(0, blocks).Select(i => Record(
            model.Blocks[i], i, epoch, step, tokens[i], own[i], shadow ? reference[i] : null, errors[i].Value, pruner))];

        LayerLoads[] Loads() =>
            [.. Enumerable.Range(0, blocks).Select(_ => new LayerLoads(model.Shape.MlpDim, model.Shape.Dim))];
    }

    private void AddLoads(LayerLoads loads, BlockActivations activations)
    {
        var input = activations.MlpInput;
        ReadOnlySpan<float> hidden = Host("hidden", activations.Hidden), x = Host("inputs", activations.Norm2);
        loads.Add(hidden, x, Host("sizes", input.Sizes), input.Batch, input.Count);
    }

    private BurdenRecord Record(
        TransformerBlock block,
        int index,
        int epoch,
        int step,
        int tokens,
        LayerLoads own,
        LayerLoads? reference,
        double signalError,
        Pruner? pruner)
    {
        var fc1 = new SynapseLoads(Host("fc1", block.Fc1.Weight.Effective), own.InputMagnitude);
        var dense = reference is null ? null : new SynapseLoads(Host("fc1", block.Fc1.Weight.Weights), reference.InputMagnitude);
        int dead = DeadUnits(block);
        double cost = own.Rate.Sum();
        double? costRatio = reference is null ? null : cost / reference.Rate.Sum();
        return new BurdenRecord
        {
            Epoch = epoch,
            Step = step,
            Phase = BurdenPhase.EpochEnd,
            Layer = index,
            Site = BurdenSite.Mlp,
            Reference = reference is null ? BurdenReference.None
                : pruner is null ? BurdenReference.Self : BurdenReference.Shadow,
            Sparsity = Sparsity(block),
            Tokens = tokens,
            Rate = UnitStatistics.Summarize(own.Rate),
            RateRatio = reference is null
                ? null
                : UnitStatistics.Summarize(UnitStatistics.Ratios(own.Rate, reference.Rate, fc1.IsAlive)),
            SynapseLoad = UnitStatistics.Summarize(fc1.Load.Where((_, j) => fc1.IsAlive(j))),
            SynapseLoadRatio = dense is null
                ? null
                : UnitStatistics.Summarize(UnitStatistics.Ratios(fc1.Load, dense.Load, fc1.IsAlive)),
            SignalError = reference is null ? null : signalError,
            RateCost = cost,
            RateCostRatio = costRatio,
            Burden = reference is null ? null : signalError + (Beta * Math.Max(0, costRatio!.Value - 1)),
            RawBurden = reference is null ? null : signalError + (Beta * costRatio),
            DeadUnits = dead,
        };
    }

    private double Sparsity(TransformerBlock block)
    {
        long zeros = 0, all = 0;
        foreach (var layer in block.Linears)
        {
            foreach (float w in Host("layer", layer.Weight.Effective)) zeros += w == 0 ? 1 : 0;
            all += layer.Weight.Shape.Count;
        }

        return (double)zeros / all;
    }

    // A hidden unit is dead when nothing reaches it or nothing reads it: row j of fc1 or column j of fc2 is zero.
    private int DeadUnits(TransformerBlock block)
    {
        int hidden = block.Fc1.Weight.Shape[0], inputs = block.Fc1.Weight.Shape[1], outputs = block.Fc2.Weight.Shape[0];
        ReadOnlySpan<float> into = Host("fc1", block.Fc1.Weight.Effective), from = Host("fc2", block.Fc2.Weight.Effective);
        int dead = 0;
        for (int j = 0; j < hidden; j++)
        {
            bool read = false;
            for (int o = 0; o < outputs && !read; o++) read = from[(o * hidden) + j] != 0;
            bool reached = into.Slice(j * inputs, inputs).ContainsAnyExcept(0f);
            if (!read || !reached) dead++;
        }

        return dead;
    }

    // A copy on the host, or the live memory; each name keeps its own buffer.
    private ReadOnlySpan<float> Host(string name, in Tensor tensor)
    {
        if (tensor.IsNone) return [];
        if (!_host.TryGetValue(name, out float[]? buffer) || buffer.Length < tensor.Count)
            _host[name] = buffer = new float[tensor.Count];
        var span = buffer.AsSpan(0, (int)tensor.Count);
        _device.Download(tensor, span);
        return span;
    }
}
