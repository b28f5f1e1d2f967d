using NeuralBurden.Compute.Devices;
using NeuralBurden.Compute.Rng;
using NeuralBurden.Compute.Tensors;
using NeuralBurden.Vit.Data;
using NeuralBurden.Vit.Model;

namespace NeuralBurden.Vit.Burden;

/// <summary>
/// Measures the neural burden of every block on a fixed probe set of training images, in evaluation mode without
/// augmentation (arXiv 2407.16716; the definitions are this project's, see <see cref="BurdenRecord"/>). Weights and masks
/// stay as they are.
/// </summary>
internal sealed class BurdenMeter
{
    private static readonly BurdenSite[] AllSites = Enum.GetValues<BurdenSite>();

    private readonly Device _device;
    private readonly DeviceImages _images;
    private readonly SiteReader _reader;
    private readonly double _beta;
    private readonly int _seed;
    private readonly int[] _probe;

    /// <param name="probeImages">Fewer where the training set is smaller.</param>
    /// <param name="beta">Weight of the rate cost in B.</param>
    /// <param name="seed">Of the run; chooses the probe images.</param>
    public BurdenMeter(Device device, DeviceImages images, int probeImages, double beta, int seed)
    {
        (_device, _images, _reader, _beta, _seed) = (device, images, new SiteReader(device), beta, seed);
        int count = images.Data.Count;
        int[] order = new int[count];
        for (int i = 0; i < count; i++)
        {
            int j = Philox.Below(i + 1, (ulong)seed, RandomStream.Probe, 0, (ulong)i);
            order[i] = order[j];
            order[j] = i;
        }

        _probe = order[..Math.Min(probeImages, count)];
    }

    /// <summary>The MLP's units of every block at the last measurement.</summary>
    public IReadOnlyList<UnitFigures> Units { get; private set; } = [];

    /// <summary>K_j of the same units; null where the reference allows none or is the network itself.</summary>
    public IReadOnlyList<double[]?> ContributionRatios { get; private set; } = [];

    /// <summary>Records of every block and site, effective weights being current.</summary>
    public IReadOnlyList<BurdenRecord> Measure(VisionTransformer model, BurdenBaseline baseline, BurdenMoment moment)
    {
        var (sites, kind) = (moment.Sites, baseline.Kind);
        var own = Figures(model, moment.Pass, sites, tail: kind == BurdenReference.Self);
        var reference = kind switch
        {
            BurdenReference.None => null,
            BurdenReference.Self => own,
            BurdenReference.Shadow => Figures(model, ModelPass.Shadow with { Unmerged = !moment.Merges }, sites, tail: true),
            _ => baseline.Figures(
                moment.Merges, other => Figures(other, moment.Pass, AllSites, baseline.IsAligned)),
        };
        var second = SecondPass(model, baseline, moment, own, reference);
        Units = [.. own.Select(o => o[0])];
        ContributionRatios =
            [.. own.Select((o, i) => own != reference && baseline.IsAligned ? o[0].ContributionRatios(reference![i][0]) : null)];
        var records = new List<BurdenRecord>();
        for (int i = 0; i < own.Length; i++)
        {
            var measures = new SiteMeasures(moment, i, baseline, Sparsity(model.Blocks[i]), _beta);
            for (int s = 0; s < sites.Count; s++)
                records.Add(measures.Record(sites[s], own[i][s], reference?[i][s], second.Shares[i][s], second.Errors[i]));
        }

        return records;
    }

    private delegate void Pass(in Tensor images);

    /// <summary>[block][site] of one network.</summary>
    private UnitFigures[][] Figures(
        VisionTransformer model, ModelPass pass, IReadOnlyList<BurdenSite> sites, bool tail)
    {
        SiteActivity[][] activities = [.. model.Blocks.Select(_ => sites.Select(site => new SiteActivity(
            site, model.Shape, _probe.Length, tail, perImage: site == BurdenSite.Mlp)).ToArray())];
        ForEachBatch((in Tensor images) =>
        {
            model.Forward(images, pass);
            for (int i = 0; i < activities.Length; i++)
            {
                foreach (var site in activities[i]) site.Add(_reader, model.Blocks[i].Activations);
            }
        });

        return [.. activities.Select((block, i) => block.Select((site, s) =>
            site.Finish(_reader.Weights(model.Blocks[i], sites[s], masked: !pass.Unmasked))).ToArray())];
    }

    /// <summary>What needs limits or both networks at once: shares of active samples, and errors of the signal.</summary>
    private (ActivityShares[][] Shares, BlockErrors?[] Errors) SecondPass(
        VisionTransformer model, BurdenBaseline baseline, BurdenMoment moment, UnitFigures[][] own, UnitFigures[][]? reference)
    {
        bool aligned = baseline.IsAligned;
        var shares = own.Select((block, i) => block.Select((site, s) => new ActivityShares(
            site.Rate, aligned ? reference![i][s].Ceilings : null)).ToArray()).ToArray();
        var errors = own.Select(block => baseline.Kind switch
        {
            BurdenReference.Self => BlockErrors.Zero,
            BurdenReference.Shadow or BurdenReference.Checkpoint => new BlockErrors(
                model.Shape, moment.IsFull ? _probe.Length : 0, _seed),
            _ => null,
        }).ToArray();
        ForEachBatch((in Tensor images) =>
        {
            model.Forward(images, moment.Pass);
            for (int i = 0; i < own.Length; i++)
            {
                var activations = model.Blocks[i].Activations;
                for (int s = 0; s < shares[i].Length; s++) shares[i][s].Add(_reader.Units(activations, moment.Sites[s]));
                if (errors[i] is not { IsMeasured: true } error) continue;
                // Same input, same merge, with and without the mask: the error of this block alone.
                var hidden = _reader.Units(activations, BurdenSite.Mlp);
                var output = activations.Output.Tokens;
                bool shadow = baseline.Kind == BurdenReference.Shadow;
                var ideal = model.Rerun((shadow ? model : baseline.Model!).Blocks[i], activations, unmasked: shadow);
                error.Add(_reader.Read("reference", ideal), _reader.Read("pruned", output), hidden);
            }
        });

        foreach (var share in shares.SelectMany(s => s)) share.Finish();
        for (int i = 0; i < own.Length; i++)
        {
            var weights = _reader.Weights(model.Blocks[i], BurdenSite.Mlp, masked: true);
            errors[i]?.Finish(_device, weights.Outgoing, own[i][0].Alive);
        }

        return (shares, errors);
    }

    private void ForEachBatch(Pass work)
    {
        for (int at = 0; at < _probe.Length; at += _images.Batch)
        {
            var (images, _) = _images.Load(_probe.AsSpan(at, Math.Min(_images.Batch, _probe.Length - at)), []);
            work(images);
        }
    }

    private double Sparsity(TransformerBlock block)
    {
        long zeros = 0, all = 0;
        foreach (var layer in block.Linears)
        {
            foreach (float w in _reader.Read("layer", layer.Weight.Effective)) zeros += w == 0 ? 1 : 0;
            all += layer.Weight.Shape.Count;
        }

        return (double)zeros / all;
    }
}
