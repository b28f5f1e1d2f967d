using System.Text.Json.Serialization;
using NeuralBurden.Vit.Configuration;
using NeuralBurden.Vit.Runs;

namespace NeuralBurden.Vit.Study;

/// <summary>One finished run of a study with every figure that its statistics use. Shares are in 0..1.</summary>
public sealed record StudyRun
{
    public required StudyRole Role { get; init; }

    public required string Method { get; init; }

    /// <summary>Target; for a small dense network that of the pruned one whose parameters it matches.</summary>
    public required double Sparsity { get; init; }

    public required string Merge { get; init; }

    /// <summary>Tokens that a merge removes, as a config writes it; 0 without merging.</summary>
    public required string R { get; init; }

    public required int Seed { get; init; }

    /// <summary>NAME-HASH8 of its folder.</summary>
    public required string Id { get; init; }

    /// <summary>Test accuracy at the end.</summary>
    public required double Accuracy { get; init; }

    /// <summary>Cross-entropy on the test set in nats.</summary>
    public required double TestLoss { get; init; }

    public required double TrainLoss { get; init; }

    /// <summary>Share of zeros that the prunable weights came to.</summary>
    public required double ActualSparsity { get; init; }

    public required long Params { get; init; }

    public required long ParamsKept { get; init; }

    /// <summary>Width d of the network.</summary>
    public required int Dim { get; init; }

    /// <summary>Hidden units of each MLP.</summary>
    public required int MlpDim { get; init; }

    public required long MacsPerImageTheoretical { get; init; }

    /// <summary>Share of entries that were pruned at some time and are kept at the end.</summary>
    public double? ReturnRate { get; init; }

    public required double WallSeconds { get; init; }

    /// <summary>Tokens per image at the MLP of each block.</summary>
    public IReadOnlyList<int> TokensPerLayer { get; init; } = [];

    public IReadOnlyList<StudyLayer> Layers { get; init; } = [];

    /// <summary>Absent where it was not measured.</summary>
    public SilencingRecord? Silencing { get; init; }

    /// <summary>Figure of the merged tokens beside <c>study.json</c>; kept for the first seed only.</summary>
    public string? Picture { get; init; }

    /// <summary>What a picture shows, in words.</summary>
    public string? PictureText { get; init; }

    [JsonIgnore]
    public bool Merges => Merge != TokensConfig.None;

    /// <summary>What the runs of one cell, repeats of each other, share.</summary>
    [JsonIgnore]
    public (StudyRole Role, string Method, double Sparsity, string Merge, string R) Cell =>
        (Role, Method, Sparsity, Merge, R);
}
