namespace NeuralBurden.Compute.Rng;

/// <summary>The streams of a run. Each use has its own, so that adding one never shifts another.</summary>
public static class RandomStream
{
    public const uint Initialization = 1;
    public const uint Shuffle = 2;
    public const uint Augmentation = 3;
    public const uint Pruning = 4;
    public const uint TokenMerging = 5;
    public const uint Probe = 6;
    public const uint EmbeddedData = 7;
    public const uint Regularization = 8;
    public const uint ImageAugmentation = 9;
    public const uint Mixing = 10;
    public const uint DropPath = 11;
}
