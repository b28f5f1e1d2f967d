namespace NeuralBurden.Vit.Study;

/// <summary>What a study is to confirm, <c>study.focus</c>.</summary>
public sealed record StudyFocus
{
    /// <summary>The pruning method under test.</summary>
    public required string Method { get; init; }

    /// <summary>Target share of zeros at which it is tested.</summary>
    public required double Sparsity { get; init; }

    /// <summary>Training length in epochs.</summary>
    public required int Epochs { get; init; }

    /// <summary>
    /// The merge under test: canonical texts of <c>tokens.merge</c>, <c>tokens.layer</c>, <c>tokens.r</c> and of other
    /// <c>tokens.</c> keys that the study's base does not give. It was chosen by validation images.
    /// </summary>
    public required IReadOnlyDictionary<string, string> Merge { get; init; }

    /// <summary>The best plain method, that the remedy is compared with.</summary>
    public required string Plain { get; init; }

    /// <summary>Confirmatory hypotheses, such as T0.</summary>
    public required IReadOnlyList<string> Tests { get; init; }

    /// <summary>Fresh seeds that confirm; no other seed does.</summary>
    public required IReadOnlyList<int> Seeds { get; init; }
}
