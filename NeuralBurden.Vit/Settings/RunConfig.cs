using NeuralBurden.Compute.Devices;

namespace NeuralBurden.Vit.Settings;

/// <summary>
/// Everything that decides the outcome of one run. Two runs with equal records on the same kind of device end
/// bitwise equal; what cannot change the outcome (threads, folders) is not in here. <see
/// cref="ConfigTable.ConfigFields"/> has the key, documentation, default and allowed range of every member; <see
/// cref="ConfigTable.ConfigText"/> names the run.
/// </summary>
public sealed record RunConfig
{
    /// <summary>All defaults: a dense four-layer ViT on the embedded glyphs.</summary>
    public static RunConfig Default { get; } = new();

    public string Name { get; init; } = "run";

    /// <summary>
    /// Keys every random draw of the run: initial weights, order, augmentation, random masks.
    /// </summary>
    public int Seed { get; init; } = 1;

    public string Device { get; init; } = "cpu";

    /// <summary>The part of <see cref="Device"/> that results depend on: <c>cuda</c> of <c>cuda:1</c>.</summary>
    public string DeviceKind => Device.Split(':')[0];

    /// <summary>See <see cref="Precision"/>.</summary>
    public bool Tf32 { get; init; }

    /// <summary>Of <see cref="Tf32"/> and <see cref="TrainConfig.Precision"/>, as the device is opened.</summary>
    public ProductPrecision Precision => Train.Precision == TrainPrecision.Bf16
        ? ProductPrecision.BFloat16
        : Tf32 ? ProductPrecision.Tf32 : ProductPrecision.Float32;

    public DataConfig Data { get; init; } = new();

    public ModelConfig Model { get; init; } = new();

    public TokensConfig Tokens { get; init; } = new();

    public OptimConfig Optim { get; init; } = new();

    public AugmentConfig Augment { get; init; } = new();

    public PruningConfig Pruning { get; init; } = new();

    public TrainConfig Train { get; init; } = new();

    public BurdenConfig Burden { get; init; } = new();
}
