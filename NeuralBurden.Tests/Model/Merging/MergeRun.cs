using NeuralBurden.Compute.Devices;
using NeuralBurden.Compute.Devices.Cpu;
using NeuralBurden.Compute.Devices.Reference;
using NeuralBurden.Compute.Tensors;
using NeuralBurden.Vit.Model;
using NeuralBurden.Vit.Model.Merging;

namespace NeuralBurden.Tests.Model.Merging;

/// <summary>One merge carried out on a device, with everything downloaded.</summary>
internal sealed record MergeRun(int Left, int[] Map, float[] Merged, float[] Sizes)
{
    public static IReadOnlyDictionary<string, Func<Device>> Devices { get; } = new Dictionary<string, Func<Device>>
    {
        ["reference"] = () => new ReferenceDevice(),
        ["cpu"] = () => new CpuDevice(2),
    };

    /// <summary>Holds on every device.</summary>
    public static bool Everywhere(Func<Device, bool> law) => Devices.Values.All(open =>
    {
        using var device = open();
        return law(device);
    });

    public static MergeRun Of(Device device, MergeCase x, uint step = 7) =>
        Of(device, x, x.TokenValues, x.QkvValues, step);

    public static MergeRun Of(Device device, MergeCase x, float[] tokens, float[] qkv, uint step = 7)
    {
        var shape = x.Shape;
        var merging = MergingCatalog.Create(x.Config, shape, seed: 3)!;
        using var floats = new Workspace(device, "floats");
        using var ints = new Workspace(device, "ints", ElementType.Int32);
        var input = floats.Take(new Shape(x.Images, x.Tokens, shape.Dim));
        var attention = floats.Take(new Shape(x.Images, x.Tokens, 3, shape.Heads, shape.HeadDim));
        device.Upload(tokens, input);
        device.Upload(qkv, attention);
        var state = new TokenState(input, default, default);
        var context = new MergeContext(device, floats, ints, state, attention, shape.Extra, Place: 1, step);
        var match = merging.Match(context, merging.Plan.RemovedAt(1));
        var (merged, _) = TokenFusing.Forward(device, floats, merging, state, match);
        var run = new MergeRun(
            match.Left, new int[match.Map.Count], new float[merged.Tokens.Count], new float[merged.Sizes.Count]);
        device.Download(match.Map, run.Map);
        device.Download(merged.Tokens, run.Merged);
        device.Download(merged.Sizes, run.Sizes);
        return run;
    }

    /// <summary>Where the tokens of one image went.</summary>
    public ReadOnlySpan<int> MapOf(int image, int tokens) => Map.AsSpan(image * tokens, tokens);

    /// <summary>The groups of one image as sorted sets of tokens, in no order of their own.</summary>
    public HashSet<string> Groups(int image, int tokens, int[]? rename = null)
    {
        int[] map = MapOf(image, tokens).ToArray();
        return [.. Enumerable.Range(0, tokens).Where(n => map[n] >= 0).GroupBy(n => map[n])
            .Select(g => string.Join(',', g.Select(n => rename?[n] ?? n).Order()))];
    }
}
