using System.Diagnostics.CodeAnalysis;

namespace NeuralBurden.Vit.Formats.Layouts;

/// <summary>A checkpoint's tensors under timm's names as F32, to be taken out one by one; what is left is unknown.</summary>
internal sealed class WeightSet
{
    private readonly Dictionary<string, (string Source, int[] Shape, float[] Values)> _tensors = [];

    private WeightSet(string file, string layout) => (File, Layout) = (file, layout);

    /// <summary>For messages.</summary>
    public string File { get; }

    /// <summary>The family of the names, and the prefix that was taken away.</summary>
    public string Layout { get; }

    /// <summary>Whether the names are of HuggingFace, whose norms have an epsilon of their own.</summary>
    public bool IsHuggingFace => Layout.StartsWith("HuggingFace", StringComparison.Ordinal);

    public IEnumerable<string> Names => _tensors.Keys;

    /// <exception cref="CheckpointFormatException">No known layout, two tensors of one meaning, or a part missing.</exception>
    public static WeightSet Of(Checkpoint checkpoint)
    {
        string[] names = [.. checkpoint.Names.Where(n => CheckpointKeys.PrefixOf(n).Length == 0)];
        string prefix = LayoutNames.PrefixOf(names);
        string[] bare = [.. names.Where(n => n.StartsWith(prefix, StringComparison.Ordinal)).Select(n => n[prefix.Length..])];
        var layout = LayoutNames.Of(bare) ?? throw new CheckpointFormatException(
            checkpoint.Source,
            names.FirstOrDefault() ?? "tensors",
            "belongs to no layout that is known; read are ViTs of timm, DeiT, HuggingFace and torchvision");
        var set = new WeightSet(checkpoint.Source, prefix.Length == 0 ? layout.Name : $"{layout.Name} behind '{prefix}'");
        foreach (string name in names)
        {
            // What lies outside of the wrapper, such as a loss of its own, keeps its name and is refused by it.
            bool inside = name.StartsWith(prefix, StringComparison.Ordinal);
            if (layout.Translate(inside ? name[prefix.Length..] : name) is { } target) set.Add(checkpoint, name, target);
        }

        set.FuseParts();
        return set;
    }

    public bool Has(string name) => _tensors.ContainsKey(name);

    public bool TryTake(string name, [MaybeNullWhen(false)] out float[] values, out int[] shape)
    {
        bool found = _tensors.Remove(name, out var tensor);
        (values, shape) = (tensor.Values, tensor.Shape ?? []);
        return found;
    }

    /// <summary>Takes a tensor of a given shape.</summary>
    /// <exception cref="CheckpointFormatException">It is missing, or of another shape.</exception>
    public float[] Take(string name, params int[] shape)
    {
        string source = SourceOf(name);
        if (!TryTake(name, out float[]? values, out int[] own)) throw Error(name, "is missing from the file");
        return own.SequenceEqual(shape)
            ? values
            : throw Error(source, $"is [{string.Join(", ", own)}]; expected [{string.Join(", ", shape)}]");
    }

    /// <summary>The extents of a tensor.</summary>
    /// <exception cref="CheckpointFormatException">It is missing, or of another rank.</exception>
    public int[] Shape(string name, int rank) => !_tensors.TryGetValue(name, out var tensor)
        ? throw Error(name, "is missing from the file")
        : tensor.Shape.Length == rank && tensor.Shape.All(n => n > 0)
            ? tensor.Shape
            : throw Error(tensor.Source, $"is [{string.Join(", ", tensor.Shape)}]; expected {rank} extents above 0");

    /// <summary>The name in the file.</summary>
    public string SourceOf(string name) => _tensors.TryGetValue(name, out var tensor) ? tensor.Source : name;

    public CheckpointFormatException Error(string name, string problem) => new(File, SourceOf(name), problem);

    private void Add(Checkpoint checkpoint, string name, string target)
    {
        checkpoint.TryGet(name, out NamedTensor? tensor);
        float[] values;
        if (tensor!.TryValues(out ReadOnlySpan<float> floats)) values = floats.ToArray();
        else if (tensor.TryValues(out ReadOnlySpan<double> doubles)) values = Array.ConvertAll(doubles.ToArray(), v => (float)v);
        else throw new CheckpointFormatException(File, name, $"is {tensor}; weights are F32, F64, F16 or BF16");
        if (!_tensors.TryAdd(target, (name, [.. tensor.Shape], values)))
            throw new CheckpointFormatException(File, name, $"and {SourceOf(target)} are both {target} of timm");
    }

    // Rows of q, then of k, then of v: timm's qkv.
    private void FuseParts()
    {
        string first = LayoutNames.Parts[0];
        foreach (string name in Names.Where(n => n.Contains(first, StringComparison.Ordinal)).ToList())
        {
            string source = SourceOf(name), fused = name.Replace(first, "attn.qkv.");
            int[] shape = Shape(name, name.EndsWith("weight", StringComparison.Ordinal) ? 2 : 1);
            float[] values = [.. LayoutNames.Parts.SelectMany(part => Take(name.Replace(first, part), shape))];
            _tensors.Add(fused, (source, [3 * shape[0], .. shape[1..]], values));
        }
    }
}
