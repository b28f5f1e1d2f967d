using System.Text.Json.Serialization;

namespace NeuralBurden.Vit.Burden;

/// <summary>The network that a burden is measured against.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<BurdenReference>))]
public enum BurdenReference
{
    /// <summary>None: measures that need one are absent.</summary>
    [JsonStringEnumMemberName("none")]
    None,

    /// <summary>The network itself, before anything is pruned: every ratio is 1 and every error 0.</summary>
    [JsonStringEnumMemberName("self")]
    Self,

    /// <summary>
    /// The same weights without their mask, where a dense copy of them persists. Units are aligned. Not a teacher: its
    /// pruned entries were trained at the masked point.
    /// </summary>
    [JsonStringEnumMemberName("shadow")]
    Shadow,

    /// <summary>The same run right before its first mask change. Units are aligned at first and drift later.</summary>
    [JsonStringEnumMemberName("checkpoint")]
    Checkpoint,

    /// <summary>
    /// Another run's model. Its units are not aligned with these, so only distributions and subspaces compare.
    /// </summary>
    [JsonStringEnumMemberName("twin")]
    Twin,
}
