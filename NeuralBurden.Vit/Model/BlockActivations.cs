using NeuralBurden.Compute.Tensors;
using NeuralBurden.Vit.Model.Merging;

namespace NeuralBurden.Vit.Model;

/// <summary>
/// What one block's forward pass leaves for its backward pass and for measurement; valid until the workspace is reset.
/// B images, T tokens before and T' after a merge, C channels, F hidden units, H heads.
/// </summary>
public sealed class BlockActivations
{
    /// <summary>The block's input.</summary>
    public TokenState Input { get; set; }

    /// <summary>First norm's output [B * T, C].</summary>
    public Tensor Norm1 { get; set; }

    public Tensor Mean1 { get; set; }

    public Tensor Rstd1 { get; set; }

    /// <summary>[B, T, 3, H, C / H].</summary>
    public Tensor Qkv { get; set; }

    /// <summary>[B, H, T, T]; none in evaluation.</summary>
    public Tensor Probabilities { get; set; }

    /// <summary>Attention's output before its projection [B * T, C].</summary>
    public Tensor Attended { get; set; }

    /// <summary>Residual stream after attention, before a merge.</summary>
    public TokenState AfterAttention { get; set; }

    /// <summary>The merge between attention and MLP; <see cref="MergeRecord.None"/> where nothing merged.</summary>
    public MergeRecord Merge { get; set; }

    /// <summary>Residual stream that enters the MLP, after a merge.</summary>
    public TokenState MlpInput { get; set; }

    /// <summary>Second norm's output [B * T', C].</summary>
    public Tensor Norm2 { get; set; }

    public Tensor Mean2 { get; set; }

    public Tensor Rstd2 { get; set; }

    /// <summary>
    /// What the device keeps of hidden units, before and after GELU, where it computes the whole MLP at once: then
    /// <see cref="PreActivation"/> and <see cref="Hidden"/> are none.
    /// </summary>
    public Tensor MlpSaved { get; set; }

    /// <summary>Hidden units before GELU [B * T', F].</summary>
    public Tensor PreActivation { get; set; }

    /// <summary>Hidden units after GELU [B * T', F].</summary>
    public Tensor Hidden { get; set; }

    /// <summary>The block's output.</summary>
    public TokenState Output { get; set; }
}
