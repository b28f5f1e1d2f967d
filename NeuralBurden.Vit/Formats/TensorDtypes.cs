namespace NeuralBurden.Vit.Formats;

/// <summary>Sizes and header names of <see cref="TensorDtype"/>.</summary>
public static class TensorDtypes
{
    /// <summary>Bytes per element.</summary>
    public static int Size(this TensorDtype dtype) => dtype switch
    {
        TensorDtype.Bool or TensorDtype.U8 or TensorDtype.I8 => 1,
        TensorDtype.U16 or TensorDtype.I16 or TensorDtype.F16 or TensorDtype.BF16 => 2,
        TensorDtype.U32 or TensorDtype.I32 or TensorDtype.F32 => 4,
        TensorDtype.U64 or TensorDtype.I64 or TensorDtype.F64 => 8,
        _ => throw new ArgumentOutOfRangeException(nameof(dtype), dtype, "unknown element type"),
    };

    public static bool IsFloat(this TensorDtype dtype) =>
        dtype is TensorDtype.F16 or TensorDtype.BF16 or TensorDtype.F32 or TensorDtype.F64;

    /// <summary>The name in the header: <c>F32</c>, <c>BOOL</c>, ...</summary>
    public static string HeaderName(this TensorDtype dtype) => dtype switch
    {
        TensorDtype.Bool => "BOOL",
        _ => dtype.ToString(),
    };

    internal static string HeaderNames => string.Join(", ", Enum.GetValues<TensorDtype>().Select(HeaderName));

    internal static TensorDtype? FromHeaderName(string name)
    {
        foreach (TensorDtype dtype in Enum.GetValues<TensorDtype>())
        {
            if (dtype.HeaderName() == name)
                return dtype;
        }

        return null;
    }
}
