namespace NeuralBurden.Vit.Burden;

/// <summary>One measure of <see cref="LoadMeasures"/>.</summary>
public sealed class LoadMeasure
{
    internal LoadMeasure(
        string key, string name, string formula, string meaning, string unit, Func<LoadComparison, double?> value) =>
        (Key, Name, Formula, Meaning, Unit, Value) = (key, name, formula, meaning, unit, value);

    /// <summary>Its name in <c>loads.json</c>.</summary>
    public string Key { get; }

    /// <summary>In words.</summary>
    public string Name { get; }

    /// <summary>With the letters of docs/burden.md.</summary>
    public string Formula { get; }

    /// <summary>One line.</summary>
    public string Meaning { get; }

    /// <summary>1 for a share or a ratio.</summary>
    public string Unit { get; }

    /// <summary>Where it is measured: <see cref="BlockLoads.Mlp"/>, <see cref="BlockLoads.Heads"/>.</summary>
    public IReadOnlyList<string> Sites { get; init; } = [BlockLoads.Mlp, BlockLoads.Heads];

    /// <summary>Whether it compares with the twin, so that it is absent where the twin is the worse network.</summary>
    public bool AgainstTwin { get; init; }

    /// <summary>Its value at a site of a block; null or not finite where it has none.</summary>
    internal Func<LoadComparison, double?> Value { get; }
}
