using NeuralBurden.Compute.Devices;
using NeuralBurden.Compute.Tensors;
using NeuralBurden.Vit.Model;

namespace NeuralBurden.Vit.Merging;

/// <summary>What a matching may look at.</summary>
/// <param name="Device">Where the tensors live.</param>
/// <param name="Workspace">Float scratch of this step.</param>
/// <param name="State">The tokens about to be merged.</param>
/// <param name="Qkv">[B, T, 3, H, D] of the block's attention; none before the first block.</param>
/// <param name="ProtectFirst">Whether token 0 is a class token, which never merges.</param>
public readonly record struct MergeContext(
    Device Device, Workspace Workspace, TokenState State, Tensor Qkv, bool ProtectFirst);
