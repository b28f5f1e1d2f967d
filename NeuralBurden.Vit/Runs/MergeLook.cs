using NeuralBurden.Vit.Model.Merging;

namespace NeuralBurden.Vit.Runs;

/// <summary>What a trained model merges on some test images: <c>merges.json</c> of a run, beside <c>merges.png</c>.</summary>
/// <param name="Merge">Name of the merging.</param>
/// <param name="Images">Test images looked at: the first ones.</param>
/// <param name="Stages">Its merges in the order of a pass.</param>
public sealed record MergeLook(string Merge, int Images, IReadOnlyList<MergeStage> Stages);
