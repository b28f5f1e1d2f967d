using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using NeuralBurden.Vit.Data;

namespace NeuralBurden.Vit.Runs;

/// <summary>
/// What a run computed from, by content: a run's id says what was asked for, this says of which images and files. It
/// stands in <c>result.json</c>, <c>env.json</c> and every checkpoint, and two runs are the same only where both agree.
/// All digests are SHA-256 in lower-case hexadecimal digits.
/// </summary>
public sealed record ContentFingerprint
{
    private const int ShownDigits = 12;

    /// <summary>Name of the data set; of an imported one the file's name without its folder.</summary>
    public required string Dataset { get; init; }

    /// <summary>Training images of the whole set, before <c>train.limit</c> and <c>train.validation</c>.</summary>
    public required int TrainCount { get; init; }

    /// <summary>Test images.</summary>
    public required int TestCount { get; init; }

    /// <summary>Of the training images and their labels, <see cref="ImageDataset.Sha256"/>.</summary>
    public required string TrainSha256 { get; init; }

    /// <summary>Of the test images and their labels.</summary>
    public required string TestSha256 { get; init; }

    /// <summary>Of the file <c>model.init_from</c>; absent without one.</summary>
    public string? InitSha256 { get; init; }

    /// <summary>Of the file <c>burden.twin</c>; absent without one.</summary>
    public string? TwinSha256 { get; init; }

    /// <summary>Of the file <c>train.teacher</c>; absent without one.</summary>
    public string? TeacherSha256 { get; init; }

    /// <summary>Of the assembly that a pruning method of one's own comes from; absent for a built-in method.</summary>
    public string? MethodSha256 { get; init; }

    /// <summary>SHA-256 of <see cref="ToString"/>: one short text that stands for all of it.</summary>
    [JsonIgnore]
    public string Digest =>
        Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(this, RunJson.Default.ContentFingerprint)));

    /// <summary>The same without weights and methods.</summary>
    [JsonIgnore]
    public ContentFingerprint OfImagesAlone =>
        this with { InitSha256 = null, TwinSha256 = null, TeacherSha256 = null, MethodSha256 = null };

    /// <summary>The fingerprint of a data set, without weights and methods.</summary>
    public static ContentFingerprint Of(ImageDatasetPair data) => new()
    {
        Dataset = data.Train.Name,
        TrainCount = data.Train.Whole.Count,
        TestCount = data.Test.Whole.Count,
        TrainSha256 = data.Train.Sha256,
        TestSha256 = data.Test.Sha256,
    };

    /// <summary>The inverse of <see cref="ToString"/>.</summary>
    /// <exception cref="FormatException">The text is none.</exception>
    public static ContentFingerprint Parse(string text)
    {
        try
        {
            return JsonSerializer.Deserialize(text, RunJson.Default.ContentFingerprint)
                ?? throw new FormatException("is null; expected a fingerprint of contents");
        }
        catch (JsonException e)
        {
            throw new FormatException($"is no fingerprint of contents: {e.Message}", e);
        }
    }

    /// <summary>
    /// In words, in what the contents now are not those then; empty where they are. A file that is not there now, because
    /// a run that goes on no longer needs it, is no difference.
    /// </summary>
    public IReadOnlyList<string> DifferencesTo(ContentFingerprint now)
    {
        var found = new List<string>();
        if (Dataset != now.Dataset) found.Add($"the data set was '{Dataset}' and is '{now.Dataset}'");
        Compare($"training images of '{Dataset}'", TrainCount, TrainSha256, now.TrainCount, now.TrainSha256);
        Compare($"test images of '{Dataset}'", TestCount, TestSha256, now.TestCount, now.TestSha256);
        if (now.InitSha256 is { } init && InitSha256 != init) found.Add($"model.init_from {Changed(InitSha256, init)}");
        if (now.TeacherSha256 is { } teacher && TeacherSha256 != teacher)
            found.Add($"train.teacher {Changed(TeacherSha256, teacher)}");
        // Runs of a time when the twin was not noted cannot be told from those that have another one.
        if (now.TwinSha256 is { } twin && TwinSha256 is not null && TwinSha256 != twin)
            found.Add($"burden.twin {Changed(TwinSha256, twin)}");
        if (MethodSha256 != now.MethodSha256)
            found.Add($"the assembly of pruning.method {Changed(MethodSha256, now.MethodSha256)}");
        return found;

        void Compare(string what, int count, string digest, int countNow, string digestNow)
        {
            if (count != countNow) found.Add($"there were {count} {what} and are {countNow}");
            else if (digest != digestNow) found.Add($"{what}: {Changed(digest, digestNow)}");
        }
    }

    /// <summary>One line of JSON; equal contents give equal texts.</summary>
    public override string ToString() => JsonSerializer.Serialize(this, RunJson.Default.ContentFingerprint);

    private static string Changed(string? then, string? now) => $"was sha256 {Short(then)} and is {Short(now)}";

    private static string Short(string? digest) => digest is null ? "none" : digest[..Math.Min(ShownDigits, digest.Length)];
}
