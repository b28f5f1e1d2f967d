using NeuralBurden.Vit.Benchmarks;

namespace NeuralBurden.Bench.Growth;

/// <summary>What is made larger while the rest of a model stays.</summary>
/// <param name="Name">As in the table.</param>
/// <param name="Models">In ascending order.</param>
/// <param name="Of">The extent that grows.</param>
internal sealed record GrowthAxis(string Name, IReadOnlyList<WorkloadModel> Models, Func<WorkloadModel, double> Of)
{
    public static IReadOnlyList<GrowthAxis> All { get; } =
    [
        // 50, 65, 197, 577 and 1,025 tokens.
        Over("tokens", [28, 32, 56, 96, 128], side => new(64, 4) { Depth = 2, Image = side }, m => m.Tokens),
        Over("width", [64, 128, 256, 512, 768], dim => new(dim, 8) { Depth = 2 }, m => m.Dim),
        Over("depth", [1, 2, 4, 8, 16], depth => new(128, 8) { Depth = depth }, m => m.Depth),
        Over("batch", [4, 8, 16, 32, 64, 128], batch => new(128, batch) { Depth = 2 }, m => m.Batch),
    ];

    /// <summary>
    /// Bytes of a dense training step, from shapes: weights, their gradients and two moments; per block 26 T C + H T^2
    /// floats of activations and gradients for each image; patches and tokens before the first block, both ways.
    /// </summary>
    public static double Bytes(WorkloadModel m)
    {
        double c = m.Dim, t = m.Tokens, patch = 3.0 * m.Patch * m.Patch;
        double weights = (m.Depth * ((12 * c * c) + (13 * c))) + (patch * c) + (t * c);
        double image = (m.Depth * ((26 * t * c) + (m.Heads * t * t))) + (t * ((5 * c) + patch));
        return 4 * ((4 * weights) + (m.Batch * image));
    }

    private static GrowthAxis Over(
        string name, int[] extents, Func<int, WorkloadModel> model, Func<WorkloadModel, double> of) =>
        new(name, [.. extents.Select(model)], of);
}
