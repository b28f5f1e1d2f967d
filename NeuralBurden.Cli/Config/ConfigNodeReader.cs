using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace NeuralBurden.Cli.Config;

/// <summary>
/// Reads one YAML document into nodes that know their lines. Refuses what a config has no use for and what
/// makes documents ambiguous: duplicate keys, anchors, tags, a second document.
/// </summary>
internal sealed class ConfigNodeReader
{
    private const int DeepestNesting = 16;

    private readonly string _source;
    private readonly Parser _parser;

    private ConfigNodeReader(string source, string yaml)
    {
        _source = source;
        _parser = new Parser(new StringReader(yaml));
    }

    /// <summary>The document's top mapping; an empty document is an empty mapping.</summary>
    public static ConfigNode.Map Read(string source, string yaml)
    {
        var reader = new ConfigNodeReader(source, yaml);
        try
        {
            return reader.ReadDocument();
        }
        catch (YamlException e)
        {
            throw At(source, e.Start).Error($"not valid YAML: {e.Message}");
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or FormatException or OverflowException)
        {
            // What the scanner throws where it meets what it did not foresee, such as an unclosed bracket.
            throw reader.Here().Error("not valid YAML: a bracket, quote or number that does not end as it should");
        }
    }

    private static ConfigOrigin At(string source, Mark mark) => new(source, (int)Math.Max(1, mark.Line));

    private ConfigNode.Map ReadDocument()
    {
        _parser.Consume<StreamStart>();
        if (_parser.TryConsume<StreamEnd>(out _))
            return new ConfigNode.Map(new ConfigOrigin(_source, 1), []);
        _parser.Consume<DocumentStart>();
        var root = ReadNode(0);
        _parser.Consume<DocumentEnd>();
        if (!_parser.TryConsume<StreamEnd>(out _))
            throw Here().Error("a config is one YAML document; a second one starts here");
        return root switch
        {
            ConfigNode.Map map => map,
            ConfigNode.Scalar { IsNull: true } => new ConfigNode.Map(root.Origin, []),
            _ => throw root.Origin.Error("a config is a mapping of keys to values"),
        };
    }

    private ConfigNode ReadNode(int depth)
    {
        var origin = Here();
        if (depth > DeepestNesting)
            throw origin.Error($"nested deeper than {DeepestNesting} levels");
        if (_parser.Accept<AnchorAlias>(out _))
            throw origin.Error("aliases are not allowed in a config");
        if (_parser.Accept<NodeEvent>(out var node) && (!node.Anchor.IsEmpty || !node.Tag.IsEmpty))
            throw origin.Error("anchors and tags are not allowed in a config");
        if (_parser.TryConsume<Scalar>(out var scalar))
        {
            bool isNull = scalar is { Style: ScalarStyle.Plain, Value: "" or "~" or "null" };
            return new ConfigNode.Scalar(origin, scalar.Value, isNull);
        }

        return _parser.TryConsume<SequenceStart>(out _) ? ReadList(origin, depth) : ReadMap(origin, depth);
    }

    private ConfigNode.List ReadList(ConfigOrigin origin, int depth)
    {
        var items = new List<ConfigNode>();
        while (!_parser.TryConsume<SequenceEnd>(out _))
            items.Add(ReadNode(depth + 1));
        return new ConfigNode.List(origin, items);
    }

    private ConfigNode.Map ReadMap(ConfigOrigin origin, int depth)
    {
        _parser.Consume<MappingStart>();
        var entries = new List<ConfigNode.Entry>();
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            if (ReadNode(depth + 1) is not ConfigNode.Scalar key)
                throw Here().Error("a key must be plain text");
            entries.Add(new ConfigNode.Entry(key.Text, key.Origin, ReadNode(depth + 1)));
        }

        return new ConfigNode.Map(origin, entries);
    }

    private ConfigOrigin Here() => At(_source, _parser.Current?.Start ?? Mark.Empty);
}
