using System.Text.Json.Serialization;

namespace NeuralBurden.Vit.Burden;

/// <summary>Where in a block units are read, and which matrix reads them on.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<BurdenSite>))]
public enum BurdenSite
{
    /// <summary>The MLP's hidden units after GELU, read by <c>mlp.fc2</c>: the main site.</summary>
    [JsonStringEnumMemberName("mlp")]
    Mlp,

    /// <summary>Queries. Nothing reads them linearly, so there is no decoder and no contribution.</summary>
    [JsonStringEnumMemberName("q")]
    Query,

    /// <summary>Keys; as queries.</summary>
    [JsonStringEnumMemberName("k")]
    Key,

    /// <summary>Values; attention mixes tokens, not channels, so <c>attn.proj</c> reads them.</summary>
    [JsonStringEnumMemberName("v")]
    Value,

    /// <summary>Attention's output before its projection, read by <c>attn.proj</c>; it has no synapses of its own.</summary>
    [JsonStringEnumMemberName("attention")]
    Attention,
}
