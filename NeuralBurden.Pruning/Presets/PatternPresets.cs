using NeuralBurden.Pruning.Catalog;

namespace NeuralBurden.Pruning.Presets;

internal static class PatternPresets
{
    public static MethodPreset[] All => [];
}
