using NeuralBurden.Vit.Formats.Onnx;

namespace NeuralBurden.Vit.Interchange;

/// <summary>Which tokens become one, as <see cref="Model.Merging.TokenMatch"/> is in a pass.</summary>
/// <param name="Tokens">[B, T, C], in the order of the map: any order will do for a sum.</param>
/// <param name="Sizes">[B, T, 1] of these tokens; null means 1.</param>
/// <param name="Map">int64 [B, T] or [1, T]: where each goes, in [0, Left], where Left drops it.</param>
/// <param name="Left">int64 [1]: T', tokens of the result.</param>
/// <param name="Weights">[B, T, 1] of the fusion by weighted sum; null for the others.</param>
/// <param name="Drops">Whether the map holds Left.</param>
internal readonly record struct GraphMatch(
    OnnxValue Tokens, OnnxValue? Sizes, OnnxValue Map, OnnxValue Left, OnnxValue? Weights = null, bool Drops = false);
