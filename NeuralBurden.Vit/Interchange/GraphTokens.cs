using NeuralBurden.Vit.Formats.Onnx;

namespace NeuralBurden.Vit.Interchange;

/// <summary>The residual stream in an ONNX graph, as <see cref="Model.TokenState"/> is in a pass.</summary>
/// <param name="Tokens">[B, T, C].</param>
/// <param name="Sizes">[B, T, 1]; null before the first merge.</param>
/// <param name="KeyBias">[B, T], added to the scores of each key; null for 0.</param>
/// <param name="Count">T; with a ragged merging the least that T can be.</param>
internal readonly record struct GraphTokens(OnnxValue Tokens, OnnxValue? Sizes, OnnxValue? KeyBias, int Count);
