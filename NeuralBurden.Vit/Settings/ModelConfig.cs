namespace NeuralBurden.Vit.Settings;

/// <summary>
/// Shape of the pre-norm ViT: L = <see cref="Depth"/> blocks of width d = <see cref="Dim"/>.
/// </summary>
public sealed record ModelConfig
{
    public const string None = "none";

    public int Dim { get; init; } = 64;

    public int Depth { get; init; } = 4;

    /// <summary>Attention heads; divides <see cref="Dim"/>.</summary>
    public int Heads { get; init; } = 4;

    /// <summary>d_ff / d of the MLP.</summary>
    public double MlpRatio { get; init; } = 2;

    /// <summary>Side of a square patch in pixels; divides the image's side.</summary>
    public int Patch { get; init; } = 4;

    public Pooling Pool { get; init; } = Pooling.ClassToken;

    /// <summary>
    /// A file that training starts from: of this program, or a ViT of timm, DeiT, HuggingFace or torchvision; <see
    /// cref="None"/>: random weights.
    /// </summary>
    public string InitFrom { get; init; } = None;

    /// <summary>
    /// Whether pruned weights start from what the method of the run that wrote <see cref="InitFrom"/> kept behind the mask,
    /// its <c>.state.safetensors</c>, and not from zero.
    /// </summary>
    public bool InitHidden { get; init; }

    /// <summary>Whether positions of another grid are resized.</summary>
    public bool ResizePositions { get; init; }

    /// <summary>Whether a head that is missing or of another number of classes begins anew.</summary>
    public bool ResetHead { get; init; }

    /// <summary>In what the model is no plain ViT, a text of <see cref="Model.VitVariant"/>.</summary>
    public string Variant { get; init; } = None;

    /// <summary>Heads and MLP units that each block of a shrunk model has left, such as <c>4/96 3/80</c>.</summary>
    public string Blocks { get; init; } = None;

    /// <summary>Whether nothing is said of the model but where it comes from.</summary>
    public bool IsUnshaped =>
        this with { InitFrom = None, InitHidden = false, ResizePositions = false, ResetHead = false, Heads = 4 }
        == new ModelConfig();

    /// <summary>Whether the token sequence starts with a class token, which is never merged.</summary>
    public bool HasClassToken => Pool == Pooling.ClassToken;

    /// <summary>Units of the MLP's hidden layer, d_ff = round(d * ratio).</summary>
    public int MlpDim => (int)Math.Round(Dim * MlpRatio, MidpointRounding.AwayFromZero);
}
