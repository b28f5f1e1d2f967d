using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Vit.Training;

/// <summary>A batch, or a part of one, on the device; valid until the next is loaded.</summary>
/// <param name="Images">[B, C, H, W].</param>
/// <param name="Labels">int32 [B].</param>
/// <param name="Others">int32 [B], the classes that were mixed in; none where nothing is mixed.</param>
/// <param name="Shares">[B], what of the target is the label's; none likewise.</param>
internal readonly record struct TrainingBatch(Tensor Images, Tensor Labels, Tensor Others, Tensor Shares);
