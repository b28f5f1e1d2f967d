namespace NeuralBurden.Vit.Burden;

/// <summary>The measures of one block at one site, by key of <see cref="LoadMeasures"/>.</summary>
public sealed record BlockLoads
{
    /// <summary>The hidden units of the MLP.</summary>
    public const string Mlp = "mlp";

    /// <summary>The attention heads.</summary>
    public const string Heads = "heads";

    /// <summary>From 0.</summary>
    public required int Block { get; init; }

    /// <summary><see cref="Mlp"/> or <see cref="Heads"/>.</summary>
    public required string Site { get; init; }

    /// <summary>Tokens that reach the site.</summary>
    public required int Tokens { get; init; }

    public required int Units { get; init; }

    /// <summary>Units with a kept weight in and one out.</summary>
    public required int Alive { get; init; }

    /// <summary>A measure that has no value here, as of units where none is alive, is absent.</summary>
    public required IReadOnlyDictionary<string, double> Values { get; init; }
}
