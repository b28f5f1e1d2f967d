using NeuralBurden.Compute.Contracts;
using NeuralBurden.Compute.Ops.PoolTokens;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Benchmarks;

/// <summary>From pixels to tokens and from tokens to the head.</summary>
internal static class ImageWorkloads
{
    private const int Channels = 3;

    public static IEnumerable<OpWorkload> Of(OpContract contract, StepExtents e)
    {
        var source = new CaseSource(17);
        return contract.Name switch
        {
            "LoadImages" => [new(contract, "LoadImages", Load(e, source))],
            "Patchify" => [new(contract, "Patchify", Patchify(e, source))],
            "AssembleTokens" => [new(contract, "AssembleTokens", Assemble(e, source))],
            _ => [new(contract, "PoolTokens", Pool(e, source))],
        };
    }

    private static OpCase Load(StepExtents e, CaseSource source)
    {
        Shape images = new(e.Batch, Channels, e.ImageSide, e.ImageSide);
        byte[] pixels = [.. source.Ints(images.Count, 0, 255).Select(p => (byte)p)];
        return new OpCase(
            $"{images}",
            [
                OpArgument.Input("pixels", images, pixels),
                OpArgument.Input("indices", new Shape(e.Batch), source.Ints(e.Batch, 0, e.Batch - 1)),
                OpArgument.Input("mean", new Shape(Channels), source.Positive(Channels, 0.3f, 0.6f)),
                OpArgument.Input("std", new Shape(Channels), source.Positive(Channels, 0.2f, 0.3f)),
                OpArgument.Output("images", images),
            ],
            (device, t) => device.LoadImages(new(t[0], t[1], default, t[2], t[3], t[4])),
            new OpCost(0, 5 * images.Count));
    }

    private static OpCase Patchify(StepExtents e, CaseSource source)
    {
        int side = e.ImageSide / e.Patch;
        Shape images = new(e.Batch, Channels, e.ImageSide, e.ImageSide);
        Shape patches = new(e.Batch * side * side, Channels * e.Patch * e.Patch);
        return new OpCase(
            $"{images}, patches of {e.Patch}",
            [OpArgument.Input("images", images, source.Floats(images.Count)), OpArgument.Output("patches", patches)],
            (device, t) => device.Patchify(new(t[0], e.Patch, t[1])),
            new OpCost(0, 8 * images.Count));
    }

    private static OpCase Assemble(StepExtents e, CaseSource source)
    {
        Shape patches = new(e.Batch, e.Tokens - 1, e.Dim), tokens = new(e.Batch, e.Tokens, e.Dim);
        return new OpCase(
            $"{tokens}",
            [
                OpArgument.Input("patches", patches, source.Floats(patches.Count)),
                OpArgument.Input("classToken", new Shape(e.Dim), source.Floats(e.Dim)),
                OpArgument.Input("positions", new Shape(e.Tokens, e.Dim), source.Floats((long)e.Tokens * e.Dim)),
                OpArgument.Output("tokens", tokens),
            ],
            (device, t) => device.AssembleTokens(new(t[0], t[1], t[2], t[3])),
            new OpCost(0, 8 * tokens.Count));
    }

    private static OpCase Pool(StepExtents e, CaseSource source)
    {
        // The mean over tokens; the class token alone would be a copy.
        Shape tokens = new(e.Batch, e.Tokens, e.Dim), pooled = new(e.Batch, e.Dim);
        return new OpCase(
            $"mean of {tokens}",
            [OpArgument.Input("tokens", tokens, source.Floats(tokens.Count)), OpArgument.Output("pooled", pooled)],
            (device, t) => device.PoolTokens(new(t[0], default, new TokenRange(0, t[0].Shape[1]), t[1])),
            new OpCost(0, 4 * (tokens.Count + pooled.Count)));
    }
}
