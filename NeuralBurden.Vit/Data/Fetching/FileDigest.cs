using System.Security.Cryptography;

namespace NeuralBurden.Vit.Data.Fetching;

/// <summary>Whether a file is the one that a manifest lists.</summary>
internal static class FileDigest
{
    /// <summary>Null if size and SHA-256 agree, else what does not. A wrong size is found without reading.</summary>
    public static string? Problem(string path, DatasetFile expected)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
        return stream.Length == expected.Bytes
            ? Compare(Convert.ToHexStringLower(SHA256.HashData(stream)), expected.Sha256)
            : $"has {stream.Length} bytes; expected {expected.Bytes}";
    }

    /// <summary>Likewise for what a .gz unpacks to; unpacks one byte too many at most.</summary>
    public static string? ProblemOfUnpacked(Stream unpacked, DatasetFile expected)
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = new byte[1 << 16];
        long length = 0;
        for (int read; (read = unpacked.Read(buffer)) > 0;)
        {
            length += read;
            if (length > expected.Bytes) return $"unpacks to more than {expected.Bytes} bytes";
            sha.AppendData(buffer, 0, read);
        }

        return length == expected.Bytes
            ? Compare(Convert.ToHexStringLower(sha.GetHashAndReset()), expected.Sha256)
            : $"unpacks to {length} bytes; expected {expected.Bytes}";
    }

    private static string? Compare(string actual, string expected) =>
        actual == expected ? null : $"has the SHA-256 {actual}; expected {expected}";
}
