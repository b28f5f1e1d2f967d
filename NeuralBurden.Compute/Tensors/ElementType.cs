namespace NeuralBurden.Compute.Tensors;

/// <summary>What a buffer holds. Arithmetic is float32; indices and labels are int32; raw pixels are bytes.</summary>
public enum ElementType
{
    Float32,
    Int32,
    UInt8,
}

public static class ElementTypes
{
    public static int SizeInBytes(this ElementType type) => type == ElementType.UInt8 ? 1 : 4;
}
