namespace NeuralBurden.Vit.Model.Merging;

/// <summary>One merge of a pass, over the images that were looked at.</summary>
/// <param name="Place">0 = after the embedding, l = in block l.</param>
/// <param name="Before">Mean tokens of an image before it, padding left out.</param>
/// <param name="After">Mean tokens after it, padding left out.</param>
/// <param name="Similarity">
/// Mean cosine between the residual-stream vectors of two tokens that this merge joined; null where it joined none.
/// </param>
public sealed record MergeStage(int Place, double Before, double After, double? Similarity = null);
