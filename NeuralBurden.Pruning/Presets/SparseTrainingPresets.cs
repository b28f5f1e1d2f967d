using NeuralBurden.Pruning.Catalog;

namespace NeuralBurden.Pruning.Presets;

internal static class SparseTrainingPresets
{
    public static MethodPreset[] All => [];
}
