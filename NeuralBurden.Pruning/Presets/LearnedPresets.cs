using NeuralBurden.Pruning.Catalog;

namespace NeuralBurden.Pruning.Presets;

internal static class LearnedPresets
{
    public static MethodPreset[] All => [];
}
