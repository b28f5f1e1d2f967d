namespace NeuralBurden.Vit.Files;

/// <summary>What a file is by its first bytes, for the message about one that is not what it should be.</summary>
internal static class FileKind
{
    /// <summary>First bytes that are enough to tell.</summary>
    public const int Bytes = 64;

    /// <summary>Such as <c>a Git LFS pointer</c>, with what helps; null where the bytes are of no known kind.</summary>
    public static string? Of(ReadOnlySpan<byte> head)
    {
        if (head.StartsWith("version https://git-lfs"u8))
            return "a Git LFS pointer, not the file itself ('git lfs pull' fetches it)";
        if (head is [(byte)'P', (byte)'K', 3, 4, ..]) return "a zip archive, as torch.save writes (save it with safetensors)";
        if (head is [0x1f, 0x8b, ..]) return "a gzip archive (unpack it first)";
        if (head is [0x89, (byte)'H', (byte)'D', (byte)'F', ..]) return "an HDF5 file";
        if (head is [0x93, (byte)'N', (byte)'U', (byte)'M', ..]) return "a NumPy array";
        if (head is [0x89, (byte)'P', (byte)'N', (byte)'G', ..]) return "a PNG image";
        if (head is [0xff, 0xd8, 0xff, ..]) return "a JPEG image";
        if (head.StartsWith("%PDF"u8)) return "a PDF document";
        // \x80 and a protocol number begin a pickle.
        if (head is [0x80, >= 2 and <= 5, ..]) return "a Python pickle (save it with safetensors)";
        return OfText(head.TrimStart(" \t\r\n\ufeff"u8));
    }

    private static string? OfText(ReadOnlySpan<byte> text)
    {
        Span<byte> lower = stackalloc byte[Math.Min(text.Length, 16)];
        for (int i = 0; i < lower.Length; i++)
            lower[i] = text[i] is >= (byte)'A' and <= (byte)'Z' ? (byte)(text[i] | 32) : text[i];
        if (lower.StartsWith("<!doctype"u8) || lower.StartsWith("<html"u8)) return "an HTML page, such as an error of a server";
        if (lower.StartsWith("<?xml"u8)) return "an XML document";
        return lower.StartsWith("{"u8) || lower.StartsWith("["u8) ? "JSON text" : null;
    }
}
