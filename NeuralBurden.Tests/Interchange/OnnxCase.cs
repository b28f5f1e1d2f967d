using FsCheck;
using FsCheck.Fluent;
using NeuralBurden.Compute.Contracts;
using NeuralBurden.Compute.Devices;
using NeuralBurden.Pruning.Errors;
using NeuralBurden.Vit.Model;
using NeuralBurden.Vit.Model.Merging;
using NeuralBurden.Vit.Settings;

namespace NeuralBurden.Tests.Interchange;

/// <summary>A generated model: extents, what its blocks have left, how much is pruned, how it merges.</summary>
public sealed record OnnxCase(VitShape Shape, TokensConfig Tokens, int Density, int Seed)
{
    private static readonly VitVariant[] Variants =
    [
        VitVariant.Plain,
        new() { Readout = Readout.PatchMean, NormEpsilon = 1e-3f },
        new() { Readout = Readout.NormedPatchMean },
        new() { Readout = Readout.Distilled, Registers = 1 },
        new() { Registers = 3, PreNorm = true },
    ];

    public override string ToString() => $"{Shape}, {Tokens}, {Density} % kept, seed {Seed}";

    /// <summary>Models with one of the mergings, or without.</summary>
    public static Arbitrary<OnnxCase> With(params string[] mergings) => Arb.From(
        from extents in Gen.Choose(1, 4).ArrayOf(8)
        from classToken in Gen.Elements(true, false)
        from channels in Gen.Elements(1, 3)
        from density in Gen.Elements(5, 30, 60, 100)
        from merge in Gen.Elements(mergings)
        from layer in Gen.Choose(0, 4)
        from share in Gen.Choose(10, 45)
        from threshold in Gen.Elements(-0.2, 0.1, 0.4)
        from proportional in Gen.Elements<bool?>(null, true, false)
        from metric in Gen.Elements<MergeMetric?>(null, MergeMetric.Tokens)
        from drop in Gen.Elements(DropChoice.Matched, DropChoice.Random)
        from variant in Gen.Elements(Variants)
        from seed in Gen.Choose(0, 100_000)
        let classified = classToken || merge == "evit" || variant.Readout == Readout.Distilled
        let shape = Extents(extents, classified, channels) with { Variant = variant }
        let tokens = new TokensConfig
        {
            Merge = merge,
            R = TokenQuantity.Share(share / 100.0),
            Layer = Math.Clamp(layer, merge == "evit" ? 1 : 0, shape.Depth),
            Threshold = threshold,
            ProportionalAttention = proportional,
            Metric = metric,
            Drop = drop,
        }
        where IsPossible(tokens, shape)
        select new OnnxCase(shape, tokens, density, seed));

    /// <summary>The model with random weights, on a device of the caller.</summary>
    public VisionTransformer On(Device device) => On(device, MergingCatalog.Create(Tokens, Shape, 3));

    /// <summary>The same model with a merging in place of its own.</summary>
    public VisionTransformer On(Device device, TokenMerging? merging)
    {
        var source = new CaseSource((ulong)Seed);
        var model = new VisionTransformer(device, Shape, merging);
        foreach (var parameter in model.Parameters.All)
        {
            float[] values = source.Floats(parameter.Shape.Count, 0.4f);
            if (parameter.Role == ParameterRole.Prunable)
            {
                for (int i = 0; i < values.Length; i++)
                    if (source.Int(0, 99) >= Density) values[i] = 0;
            }

            device.Upload(values, parameter.Weights);
        }

        return model;
    }

    /// <summary>Normalised images.</summary>
    public float[] Images(int count) =>
        new CaseSource((ulong)Seed + 1).Floats((long)count * Shape.Channels * Shape.Height * Shape.Width);

    private static VitShape Extents(int[] x, bool classToken, int channels)
    {
        int patch = x[0], heads = x[1], headDim = 1 + x[2], hidden = 3 * x[3];
        var blocks = Enumerable.Range(0, x[4])
            .Select(i => new BlockShape(1 + ((heads - 1) * i % heads), 1 + ((x[5] * i) % hidden)));
        return new VitShape(
            channels, x[6] * patch, (1 + x[7]) * patch, patch, heads * headDim, x[4], heads, hidden, 1 + x[3], classToken)
        {
            // Half of the models are shrunk ones.
            Blocks = x[5] > 2 ? [.. blocks] : [],
        };
    }

    private static bool IsPossible(TokensConfig tokens, VitShape shape)
    {
        try
        {
            return MergingCatalog.Create(tokens, shape, 3) is null == !tokens.Merges;
        }
        catch (SettingException)
        {
            return false;
        }
    }
}
