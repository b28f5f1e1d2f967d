using System.Numerics;
using NeuralBurden.Compute.Devices;
using NeuralBurden.Pruning.Catalog;
using NeuralBurden.Pruning.Criteria;
using NeuralBurden.Pruning.Distributions;
using NeuralBurden.Pruning.Masks;
using NeuralBurden.Pruning.Methods;
using NeuralBurden.Pruning.Patterns;
using NeuralBurden.Pruning.Selection;
using NeuralBurden.Pruning.State;
using NeuralBurden.Pruning.Tensors;
using NeuralBurden.Vit.Model;
using NeuralBurden.Vit.Settings;

namespace NeuralBurden.Vit.Training;

/// <summary>
/// The null of selection: a dense network pruned once by magnitude, as sparse as another network is, with the same pattern
/// and distribution over matrices, and not trained.
/// </summary>
internal static class ShotNetwork
{
    /// <summary>Prunes a model in place.</summary>
    /// <param name="shot">The dense weights.</param>
    /// <param name="masks">Of the pruned network, by its weights; none leaves the model dense.</param>
    /// <param name="config">Its config.</param>
    /// <param name="stepsPerEpoch">Of its training.</param>
    public static void Prune(
        Device device,
        VisionTransformer shot,
        IReadOnlyList<(Parameter Weight, Mask Mask)> masks,
        RunConfig config,
        int stepsPerEpoch)
    {
        if (masks.Count == 0) return;
        Parameter[] parameters = [.. masks.Select(m => shot.Parameters[m.Weight.Name])];
        PrunableTensor[] tensors = [.. parameters.Select(p => Tensor(device, p))];
        var names = parameters.Select(p => p.Name).ToHashSet();
        StructuredGroup[] groups = [.. ModelGroups.Of(shot.Shape).Where(g => g.Members.All(m => names.Contains(m.Tensor)))];
        int totalSteps = stepsPerEpoch * config.Train.Epochs;
        var context = new PruningContext(tensors, groups, totalSteps, (ulong)config.Seed);
        var (pattern, distribution) = Parts(config, stepsPerEpoch, totalSteps);
        pattern.Attach(context);
        for (int t = 0; t < tensors.Length; t++) tensors[t].Mask.Replace(masks[t].Mask.Words);
        double sparsity = 1 - ((double)KeptUnits(pattern) / pattern.TotalUnits);
        foreach (var tensor in tensors) tensor.Mask.Fill(true);
        var selector = new MaskSelector(context, pattern, distribution);
        selector.Score(new MagnitudeCriterion(), 0);
        selector.Prune(sparsity);
        selector.WriteMasks();
        for (int t = 0; t < tensors.Length; t++)
        {
            tensors[t].ZeroPruned(TensorPart.Weights);
            device.Upload(tensors[t].Weights, parameters[t].Weights);
        }
    }

    private static HostPrunableTensor Tensor(Device device, Parameter parameter)
    {
        var tensor = HostPrunableTensor.Allocate(parameter.Name, parameter.Shape[0], parameter.Shape[1], moments: false);
        device.Download(parameter.Weights, tensor.Edit(TensorPart.Weights));
        return tensor;
    }

    // A method that learns its thresholds ends with the best of all weights together.
    private static (Pattern Pattern, Distribution Distribution) Parts(RunConfig config, int stepsPerEpoch, int totalSteps)
    {
        var catalog = MethodCatalog.BuiltIn;
        var settings = catalog.Check(PruningSetup.Options(config, stepsPerEpoch, totalSteps), totalSteps);
        return catalog.Find(config.Pruning.Method).Build(settings) is ComposedMethod composed
            ? (composed.Parts.Pattern, composed.Parts.Distribution)
            : (new UnstructuredPattern(), new GlobalDistribution());
    }

    private static long KeptUnits(Pattern pattern)
    {
        ulong[] bits = new ulong[pattern.TotalWords];
        pattern.ReadMasks(bits);
        long kept = 0;
        foreach (ulong word in bits) kept += BitOperations.PopCount(word);
        return kept;
    }
}
