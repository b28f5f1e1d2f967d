namespace NeuralBurden.Vit.Data;

/// <summary>
/// A published file. <paramref name="Records"/> is the number of images in a file without a header, which
/// must be met exactly; <paramref name="Sha256"/> is in lower-case hexadecimal digits.
/// </summary>
public sealed record DatasetFile(string Name, long Bytes, string Sha256, DatasetFileRole? Role = null,
    int Records = 0);
