using System.Globalization;
using System.Text.Json.Serialization;
using NeuralBurden.Vit.Burden;
using NeuralBurden.Vit.ConfigTable;
using NeuralBurden.Vit.Settings;

namespace NeuralBurden.Vit.Study;

/// <summary>
/// One finished run of a study with every figure that its statistics use, a line of <c>study.json</c>. Shares are in
/// 0..1.
/// </summary>
public sealed record StudyRun
{
    /// <summary>NAME-HASH8 of its folder, a function of its resolved config alone.</summary>
    public required string Id { get; init; }

    /// <summary>Hash of its config, <see cref="ConfigText.Hash(RunConfig)"/>.</summary>
    public required string Hash { get; init; }

    /// <summary>
    /// <see cref="Runs.ContentFingerprint.Digest"/> of the images, weights and methods that it was made from; absent where
    /// its folder did not say.
    /// </summary>
    public string? Fingerprint { get; init; }

    public required int Seed { get; init; }

    /// <summary>
    /// The place in the study, as canonical texts by config key (<see cref="StudyFactors"/>): what every run has, and
    /// every key whose value is not the one that the study gives to all runs of its method.
    /// </summary>
    public required IReadOnlyDictionary<string, string> Factors { get; init; }

    /// <summary>Rows of the study that ask for it; a run without any is there as a twin only.</summary>
    public IReadOnlyList<string> Rows { get; init => field = value ?? []; } = [];

    /// <summary>
    /// Id of the dense run of the same seed, data order, length and optimizer that never merges; its own for such a run.
    /// </summary>
    public required string Twin { get; init; }

    /// <summary>Test accuracy at the end.</summary>
    public required double Accuracy { get; init; }

    /// <summary>On the held-out training images, <c>train.validation</c>; absent without them.</summary>
    public double? ValidationAccuracy { get; init; }

    /// <summary>Cross-entropy on the test set in nats.</summary>
    public required double TestLoss { get; init; }

    /// <summary>Mean loss of the last epoch, as trained.</summary>
    public required double TrainLoss { get; init; }

    /// <summary>Share of zeros that the prunable weights came to.</summary>
    public required double ActualSparsity { get; init; }

    /// <summary>Parameters of the dense model.</summary>
    public required long Params { get; init; }

    public required long ParamsKept { get; init; }

    /// <summary>Multiply-adds of one image's forward pass if every masked weight were skipped.</summary>
    public required long MacsPerImage { get; init; }

    /// <summary>Share of entries that were pruned at some time and are kept at the end.</summary>
    public double? ReturnRate { get; init; }

    public required double WallSeconds { get; init; }

    /// <summary>Source commit of the program that trained it; absent where the build did not know it.</summary>
    public string? Commit { get; init; }

    /// <summary>Figure of the merged tokens beside <c>study.json</c>; kept for the first seed only.</summary>
    public string? Picture { get; init; }

    /// <summary>What the picture shows, in words.</summary>
    public string? PictureText { get; init; }

    /// <summary>The measures at each moment, in order of steps, the end last.</summary>
    public required IReadOnlyList<LoadRecord> Loads { get; init; }

    [JsonIgnore]
    public string Method => Factors[StudyFactors.Method];

    /// <summary>Target share of zeros; 0 for a dense run.</summary>
    [JsonIgnore]
    public double Sparsity => Number(StudyFactors.Sparsity)!.Value;

    /// <summary>Kind of token merging, or none.</summary>
    [JsonIgnore]
    public string Merge => Factors[StudyFactors.Merge];

    [JsonIgnore]
    public bool Merges => Merge != TokensConfig.None;

    /// <summary>Layer of the merge; null without one.</summary>
    [JsonIgnore]
    public int? MergeLayer => (int?)Number(StudyFactors.Layer);

    /// <summary>Tokens that the merge removes, as a config writes it; null without one.</summary>
    [JsonIgnore]
    public string? MergeR => Factors.GetValueOrDefault(StudyFactors.R);

    [JsonIgnore]
    public int Epochs => (int)Number(StudyFactors.Epochs)!.Value;

    /// <summary>For a small dense network the sparsity whose kept parameters it has; else null.</summary>
    [JsonIgnore]
    public double? Small => Number(StudyFactors.Small);

    [JsonIgnore]
    public bool IsTwin => Twin == Id;

    private double? Number(string key) => Factors.TryGetValue(key, out string? text)
        ? double.Parse(text, CultureInfo.InvariantCulture)
        : null;
}
