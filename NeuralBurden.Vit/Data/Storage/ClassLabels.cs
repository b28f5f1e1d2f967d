using System.Runtime.InteropServices;

namespace NeuralBurden.Vit.Data.Storage;

/// <summary>Labels as bytes: one each for up to 256 classes, two for more, little-endian.</summary>
internal static class ClassLabels
{
    public const int MostClasses = 1 << 16;

    /// <summary>Bytes of a label.</summary>
    public static int Width(int classes) => classes <= 256 ? 1 : 2;

    public static byte[] ToBytes(ReadOnlySpan<ushort> labels, int classes)
    {
        if (Width(classes) == 2) return MemoryMarshal.AsBytes(labels).ToArray();
        byte[] bytes = new byte[labels.Length];
        for (int i = 0; i < bytes.Length; i++) bytes[i] = (byte)labels[i];
        return bytes;
    }

    public static ushort[] FromBytes(ReadOnlySpan<byte> bytes, int classes)
    {
        if (Width(classes) == 2) return MemoryMarshal.Cast<byte, ushort>(bytes).ToArray();
        ushort[] labels = new ushort[bytes.Length];
        for (int i = 0; i < labels.Length; i++) labels[i] = bytes[i];
        return labels;
    }
}
