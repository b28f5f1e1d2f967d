using System.Text.Json.Serialization;

namespace NeuralBurden.Vit.Study;

/// <summary>What a run is for in a study.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<StudyRole>))]
public enum StudyRole
{
    /// <summary>The whole network, no merging: what every other run of its seed is paired with.</summary>
    [JsonStringEnumMemberName("dense")]
    Dense,

    /// <summary>A studied method at one sparsity, no merging.</summary>
    [JsonStringEnumMemberName("pruned")]
    Pruned,

    /// <summary>The dense network or a pruned one with the token merging under study.</summary>
    [JsonStringEnumMemberName("merged")]
    Merged,

    /// <summary>The same with a merging that should not help if similarity is what helps.</summary>
    [JsonStringEnumMemberName("merge-control")]
    MergeControl,

    /// <summary>A dense network with as many parameters as a pruned one keeps.</summary>
    [JsonStringEnumMemberName("small-dense")]
    SmallDense,

    /// <summary>A mask that, once set, never changes.</summary>
    [JsonStringEnumMemberName("frozen")]
    Frozen,

    /// <summary>A studied method whose pruned weights get no gradient, gamma = 0.</summary>
    [JsonStringEnumMemberName("gamma-zero")]
    GammaZero,
}
