using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Vit.Model;

/// <summary>One named parameter: views into the arenas, all of <see cref="Shape"/>.</summary>
public sealed class Parameter
{
    internal Parameter(string name, IReadOnlyList<int> fileShape, Shape shape, ParameterRole role, long offset)
    {
        (Name, FileShape, Shape, Role, Offset) = (name, fileShape, shape, role, offset);
        Products = new WeightProducts(this);
    }

    /// <summary>timm's name, such as <c>blocks.0.attn.qkv.weight</c>.</summary>
    public string Name { get; }

    /// <summary>Shape in checkpoints, as timm stores it: a convolution weight has four dimensions there.</summary>
    public IReadOnlyList<int> FileShape { get; }

    /// <summary>[out, in] for matrices, [n] for vectors, [T, C] for positions.</summary>
    public Shape Shape { get; }

    public ParameterRole Role { get; }

    /// <summary>First element in every arena.</summary>
    public long Offset { get; }

    public Tensor Weights { get; internal set; }

    public Tensor Gradient { get; internal set; }

    /// <summary>
    /// What forward and backward multiply by: the masked weights of a parameter under pruning, else
    /// <see cref="Weights"/>.
    /// </summary>
    public Tensor Effective { get; internal set; }

    /// <summary>Whether <see cref="Effective"/> is memory of its own.</summary>
    public bool IsMasked => Effective.Buffer != Weights.Buffer;

    /// <summary>What multiplies by a matrix; who prunes it puts its own in this place.</summary>
    internal WeightProducts Products { get; set; }

    public override string ToString() => $"{Name}{Shape}";
}
