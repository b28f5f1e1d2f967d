using System.Text.Json.Serialization;

namespace NeuralBurden.Vit.Burden;

/// <summary>When in training a burden was measured.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<BurdenPhase>))]
public enum BurdenPhase
{
    /// <summary>Right before the first mask change.</summary>
    [JsonStringEnumMemberName("before-pruning")]
    BeforePruning,

    /// <summary>t+: right after a mask change, before any further training.</summary>
    [JsonStringEnumMemberName("after-mask-change")]
    AfterMaskChange,

    /// <summary>
    /// After the training that followed the mask change measured last: right before the next change, or at the end.
    /// </summary>
    [JsonStringEnumMemberName("recovered")]
    Recovered,

    /// <summary>After the last step of an epoch, whatever the masks did.</summary>
    [JsonStringEnumMemberName("epoch-end")]
    EpochEnd,
}
