namespace NeuralBurden.Vit.Data;

/// <summary>
/// The records of a CIFAR binary file: <paramref name="LabelBytes"/> labels, of which the one at
/// <paramref name="LabelOffset"/> counts, then 1,024 red, 1,024 green and 1,024 blue bytes, row by row.
/// </summary>
public sealed record CifarFormat(int LabelBytes, int LabelOffset, int ClassCount)
{
    public const int ImageBytes = 3 * 32 * 32;

    public static readonly CifarFormat Cifar10 = new(1, 0, 10);

    /// <summary>Coarse label, then the fine label, which is the one used.</summary>
    public static readonly CifarFormat Cifar100 = new(2, 1, 100);

    public int RecordBytes => LabelBytes + ImageBytes;
}
