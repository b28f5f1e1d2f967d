namespace NeuralBurden.Cli.Config;

/// <summary>A node of a YAML document with the line it starts on.</summary>
internal abstract record ConfigNode(ConfigOrigin Origin)
{
    internal sealed record Scalar(ConfigOrigin Origin, string Text, bool IsNull) : ConfigNode(Origin);

    internal sealed record List(ConfigOrigin Origin, IReadOnlyList<ConfigNode> Items) : ConfigNode(Origin);

    internal sealed record Map(ConfigOrigin Origin, IReadOnlyList<Entry> Entries) : ConfigNode(Origin);

    internal sealed record Entry(string Key, ConfigOrigin Origin, ConfigNode Value);
}
