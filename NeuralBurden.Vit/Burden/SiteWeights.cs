namespace NeuralBurden.Vit.Burden;

/// <summary>The matrices around the units of a site.</summary>
internal readonly ref struct SiteWeights(ReadOnlySpan<float> incoming, ReadOnlySpan<float> outgoing)
{
    /// <summary>W m, [units, inputs]; empty where no matrix makes the units.</summary>
    public ReadOnlySpan<float> Incoming { get; } = incoming;

    /// <summary>D, [outputs, units]; empty where no matrix reads them.</summary>
    public ReadOnlySpan<float> Outgoing { get; } = outgoing;
}
