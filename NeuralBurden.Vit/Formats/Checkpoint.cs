using System.Diagnostics.CodeAnalysis;
using NeuralBurden.Compute.Sparse;
using NeuralBurden.Vit.Files;
using NeuralBurden.Vit.Formats.PyTorch;

namespace NeuralBurden.Vit.Formats;

/// <summary>
/// One checkpoint: weights under timm's names, and beside them <c>mask.*</c>, <c>optim.*</c>, <c>ema.*</c> and
/// <c>pruner.*</c> (see <see cref="CheckpointKeys"/>), with <see cref="CheckpointInfo"/> and free metadata. In memory
/// matrices are dense; in the file of a model they lie in the <see cref="CompactForm"/> where that is smaller.
/// </summary>
/// <remarks>
/// A loaded checkpoint was read and checked in full: format, checksums, masks against weights, finite values.
/// It can be applied without a second thought, and a damaged file is never applied in part.
/// </remarks>
public sealed class Checkpoint(CheckpointKind kind, CheckpointInfo info)
{
    // Format 1 had a compact model as a kind of its own, and weights and state of training in one file.
    private const string FirstVersion = "1", CurrentVersion = "2";

    private readonly SortedDictionary<string, NamedTensor> _tensors = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, string> _extra = new(StringComparer.Ordinal);

    public CheckpointKind Kind { get; } = kind;

    public CheckpointInfo Info { get; } = info;

    /// <summary>The file it was loaded from, for error messages.</summary>
    public string Source { get; internal init; } = "checkpoint";

    /// <summary>The checksum of the header that it was loaded with, and with it of all tensors; null of foreign files.</summary>
    internal string? HeaderCrc { get; private init; }

    /// <summary>All tensors' names in ordinal order.</summary>
    public IReadOnlyCollection<string> Names => _tensors.Keys;

    /// <summary>Free metadata: the model's shape, the normalisation, the merging. Keys do not begin with
    /// <c>nb.</c></summary>
    public IReadOnlyDictionary<string, string> Extra => _extra;

    /// <exception cref="ArgumentException">The key is the format's own.</exception>
    public void SetExtra(string key, string value)
    {
        if (CheckpointKeys.IsReserved(key))
            throw new ArgumentException($"metadata key '{key}' is reserved", nameof(key));
        _extra[key] = value;
    }

    /// <param name="tensor">Its values are not copied: they must stay as they are until <see cref="Save"/> is
    /// done.</param>
    /// <exception cref="ArgumentException">The name is taken.</exception>
    public void Add(NamedTensor tensor)
    {
        if (!_tensors.TryAdd(tensor.Name, tensor))
            throw new ArgumentException($"tensor '{tensor.Name}' is added twice", nameof(tensor));
    }

    public void Add(string name, ReadOnlySpan<int> shape, ReadOnlyMemory<float> values) =>
        Add(NamedTensor.Of(name, shape, values));

    /// <summary>Adds <c>mask.WEIGHT</c>, a bit per weight.</summary>
    /// <param name="words">Weight i is bit i % 64 of word i / 64; copied.</param>
    public void AddMask(string weight, int weights, ReadOnlySpan<ulong> words)
    {
        byte[] bits = MaskWords.Pack(weights, words);
        Add(NamedTensor.Of(CheckpointKeys.Mask + weight, [bits.Length], bits));
    }

    internal IReadOnlyDictionary<string, NamedTensor> Tensors => _tensors;

    public bool Contains(string name) => _tensors.ContainsKey(name);

    /// <summary>Values of a tensor.</summary>
    public long Count(string name) => TryGet(name, out NamedTensor? tensor)
        ? tensor.Shape.Aggregate(1L, (count, extent) => count * extent)
        : throw new CheckpointFormatException(Source, name, "is missing from the file");

    public bool TryGet(string name, [MaybeNullWhen(false)] out NamedTensor tensor) =>
        _tensors.TryGetValue(name, out tensor);

    /// <summary>The row-major values of an F32 tensor.</summary>
    /// <exception cref="CheckpointFormatException">Absent, or of another type or shape.</exception>
    public ReadOnlySpan<float> Floats(string name, params ReadOnlySpan<int> shape) =>
        Values<float>(name, shape);

    /// <inheritdoc cref="Floats"/>
    /// <typeparam name="T">float, double, int, long or byte.</typeparam>
    public ReadOnlySpan<T> Values<T>(string name, params ReadOnlySpan<int> shape)
        where T : unmanaged
    {
        if (!TryGet(name, out NamedTensor? tensor))
            throw new CheckpointFormatException(Source, name, "is missing from the file");
        if (!tensor.TryValues(out ReadOnlySpan<T> values) || !shape.SequenceEqual(tensor.Shape.ToArray()))
        {
            string extents = string.Join(", ", shape.ToArray());
            throw new CheckpointFormatException(
                Source, name, $"is {tensor}; expected {typeof(T).Name} [{extents}]");
        }
        return values;
    }

    /// <summary>The mask of a weight as 64-bit words.</summary>
    /// <exception cref="CheckpointFormatException">Absent, or for another number of weights.</exception>
    public ulong[] Mask(string weight, int weights)
    {
        ulong[] words = new ulong[MaskWords.WordCount(weights)];
        ReadOnlySpan<byte> bits = Values<byte>(CheckpointKeys.Mask + weight, MaskWords.ByteCount(weights));
        MaskWords.Unpack(bits, weights, words);
        return words;
    }

    /// <summary>
    /// Demands that the tensors of one section are exactly those given: the check to make before anything is
    /// applied.
    /// </summary>
    /// <param name="prefix">One of <see cref="CheckpointKeys"/>; empty for the weights.</param>
    /// <param name="expected">Names with their prefix, and shapes.</param>
    /// <exception cref="CheckpointFormatException">One is missing, left over, or of another
    /// shape.</exception>
    public void RequireExactly(string prefix, IEnumerable<(string Name, int[] Shape)> expected)
    {
        HashSet<string> left = [.. Names.Where(name => CheckpointKeys.PrefixOf(name) == prefix)];
        foreach ((string name, int[] shape) in expected)
        {
            if (!TryGet(name, out NamedTensor? tensor))
                throw new CheckpointFormatException(Source, name, "is missing from the file");
            if (!tensor.Shape.SequenceEqual(shape))
            {
                throw new CheckpointFormatException(
                    Source, name, $"is {tensor}; expected the shape [{string.Join(", ", shape)}]");
            }

            left.Remove(name);
        }
        if (left.Count > 0)
            throw new CheckpointFormatException(Source, left.Order().First(), "is unknown to the model");
    }

    /// <summary>Writes through <see cref="AtomicFile"/>. Equal content gives equal bytes.</summary>
    /// <param name="path">Its folder exists already.</param>
    /// <param name="dense">Whether a model's pruned matrices are written as dense ones, for what reads no others.</param>
    /// <exception cref="InvalidOperationException">The tensors contradict each other, such as a mask without
    /// weight, or have no place in such a file.</exception>
    /// <exception cref="IOException">The file cannot be written; an older one is intact.</exception>
    public void Save(string path, bool dense = false)
    {
        var (tensors, metadata) = Encode(dense);
        SafetensorsWriter.Write(path, tensors, metadata);
    }

    /// <summary>What the file holds.</summary>
    internal (IReadOnlyCollection<NamedTensor> Tensors, IReadOnlyDictionary<string, string> Metadata) Encode(bool dense = false)
    {
        var breach = CheckpointRules.FirstBreach(Kind, _tensors);
        if (Kind == CheckpointKind.Model
            && Names.FirstOrDefault(n => CheckpointKeys.PrefixOf(n) is not ("" or CheckpointKeys.Mask)) is { } alien)
        {
            breach ??= (alien, "has no place in a model file");
        }

        if (breach is { } found)
            throw new InvalidOperationException($"cannot save '{Source}': {found.Field} {found.Problem}");
        var metadata = new SortedDictionary<string, string>(_extra, StringComparer.Ordinal);
        var tensors = Kind == CheckpointKind.Model && !dense ? CompactForm.Pack(_tensors) : _tensors;
        if (Kind != CheckpointKind.Foreign)
        {
            // Tools of the PyTorch world ask for this key before they load a file.
            metadata[CheckpointKeys.Format] = "pt";
            metadata[CheckpointKeys.Kind] = Kind.ToString().ToLowerInvariant();
            metadata[CheckpointKeys.Version] = Kind == CheckpointKind.Training ? FirstVersion : CurrentVersion;
            Info.WriteTo(metadata);
            CheckpointChecksums.Add(metadata, tensors.Values);
        }

        return (tensors.Values, metadata);
    }

    /// <summary>
    /// Reads and checks the whole file: safetensors, or the tensors of what <c>torch.save</c> wrote. F16 and BF16 values of
    /// foreign files become F32.
    /// </summary>
    /// <param name="allowNonFinite">Whether NaN and infinity may occur; otherwise they are refused.</param>
    /// <exception cref="CheckpointFormatException">Malformed, altered, of a newer version, not
    /// finite.</exception>
    public static Checkpoint Load(string path, bool allowNonFinite = false)
    {
        if (TorchFile.IsOne(path)) return OfTorch(path);
        using SafetensorsReader reader = SafetensorsReader.Open(path, rejectNonFinite: !allowNonFinite);
        Checkpoint checkpoint = ReadInfo(reader);
        foreach (string name in reader.Names)
            checkpoint._tensors.Add(name, CheckpointTensors.Read(reader, name));
        if (checkpoint.Kind != CheckpointKind.Foreign)
        {
            CheckpointChecksums.Verify(
                new MetadataReader(path, reader.Metadata), reader.Metadata, checkpoint._tensors.Values);
        }

        if (checkpoint.Kind == CheckpointKind.Model)
        {
            checkpoint.RequireNone(CompactRules.FirstBreach(checkpoint._tensors));
            CompactForm.Unpack(checkpoint._tensors);
        }

        checkpoint.RequireNone(CheckpointRules.FirstBreach(checkpoint.Kind, checkpoint._tensors));
        return checkpoint;
    }

    /// <summary>Reads a file that must hold weights to compute with.</summary>
    /// <exception cref="CheckpointFormatException">As of <see cref="Load"/>, or the state beside a model.</exception>
    internal static Checkpoint LoadWeights(string path)
    {
        var checkpoint = Load(path);
        return checkpoint.Kind != CheckpointKind.State
            ? checkpoint
            : throw new CheckpointFormatException(
                path,
                CheckpointKeys.Kind,
                $"is state, what training needs beside {CheckpointPair.ModelOf(path) ?? "its model"}; expected a model");
    }

    /// <summary>Reads the header alone: the run's position without the weights. Checksums are not
    /// verified.</summary>
    /// <exception cref="CheckpointFormatException">The header breaks the format.</exception>
    public static CheckpointInfo LoadInfo(string path) => LoadHeader(path).Info;

    /// <summary>Everything but the tensors; likewise.</summary>
    internal static Checkpoint LoadHeader(string path)
    {
        using SafetensorsReader reader = SafetensorsReader.Open(path);
        return ReadInfo(reader);
    }

    internal void RequireNone((string Field, string Problem)? breach)
    {
        if (breach is { } found) throw new CheckpointFormatException(Source, found.Field, found.Problem);
    }

    private static Checkpoint OfTorch(string path)
    {
        var checkpoint = new Checkpoint(CheckpointKind.Foreign, CheckpointInfo.Empty) { Source = path };
        foreach (var tensor in TorchFile.Read(path)) checkpoint.Add(tensor);
        return checkpoint;
    }

    private static Checkpoint ReadInfo(SafetensorsReader reader)
    {
        var metadata = new MetadataReader(reader.Path, reader.Metadata);
        bool own = reader.Metadata.Keys.Any(CheckpointKeys.IsOwn);
        CheckpointKind kind = own ? ReadKind(metadata) : CheckpointKind.Foreign;
        var checkpoint = new Checkpoint(kind, own ? CheckpointInfo.Read(metadata) : CheckpointInfo.Empty)
        {
            Source = reader.Path,
            HeaderCrc = own ? reader.Metadata.GetValueOrDefault(CheckpointKeys.HeaderCrc) : null,
        };
        foreach ((string key, string value) in reader.Metadata)
        {
            if (!own || !CheckpointKeys.IsReserved(key))
                checkpoint._extra[key] = value;
        }

        return checkpoint;
    }

    private static CheckpointKind ReadKind(MetadataReader metadata)
    {
        string version = metadata.Text(CheckpointKeys.Version);
        if (version is not (FirstVersion or CurrentVersion))
        {
            throw metadata.Error(
                CheckpointKeys.Version, $"is '{version}'; this program reads '{FirstVersion}' and '{CurrentVersion}'");
        }

        return metadata.Text(CheckpointKeys.Kind) switch
        {
            "training" => CheckpointKind.Training,
            "model" or "compact" => CheckpointKind.Model,
            "state" => CheckpointKind.State,
            string other => throw metadata.Error(
                CheckpointKeys.Kind, $"is '{other}'; expected model, state, training or compact"),
        };
    }
}
