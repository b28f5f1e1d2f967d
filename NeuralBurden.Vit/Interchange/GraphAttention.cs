using NeuralBurden.Vit.Formats.Onnx;

namespace NeuralBurden.Vit.Interchange;

/// <summary>What a match may read of a block's attention.</summary>
/// <param name="Keys">[B, H, T, D].</param>
/// <param name="Probabilities">[B, H, T, T].</param>
internal readonly record struct GraphAttention(OnnxValue Keys, OnnxValue Probabilities);
