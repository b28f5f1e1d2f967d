using System.Text.Json;
using System.Text.Unicode;

namespace NeuralBurden.Vit.Formats;

/// <summary>The parsed and checked header of a safetensors file. Memory stays proportional to the header's
/// bytes.</summary>
internal sealed class SafetensorsHeader
{
    public const string MetadataKey = "__metadata__";
    public const long MaxLength = 100_000_000;
    private const int MaxRank = 32;

    private readonly string _file;
    private readonly long _dataStart;
    private readonly long _dataLength;

    private SafetensorsHeader(string file, long dataStart, long dataLength)
    {
        _file = file;
        _dataStart = dataStart;
        _dataLength = dataLength;
    }

    public Dictionary<string, TensorInfo> Tensors { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, string> Metadata { get; } = new(StringComparer.Ordinal);

    /// <param name="json">The header without its length field.</param>
    /// <param name="dataLength">Bytes of the file after the header.</param>
    public static SafetensorsHeader Parse(ReadOnlySpan<byte> json, long dataLength, string file)
    {
        var header = new SafetensorsHeader(file, sizeof(ulong) + json.Length, dataLength);
        if (!Utf8.IsValid(json))
            throw header.Error("header", "is not valid UTF-8");
        try
        {
            header.ReadObject(new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 4 }));
        }
        // InvalidOperationException: an escaped lone surrogate, which is no Unicode string.
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw header.Error("header", $"is not valid JSON ({e.Message})", e);
        }
        header.RequireGapless();
        return header;
    }

    private void ReadObject(Utf8JsonReader json)
    {
        json.Read();
        if (json.TokenType != JsonTokenType.StartObject)
            throw Error("header", "is not a JSON object");
        bool hasMetadata = false;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            string name = json.GetString()!;
            if (name.Length == 0)
                throw Error("tensor name", "is empty");
            if (name == MetadataKey)
            {
                if (hasMetadata)
                    throw Error(MetadataKey, "occurs twice in the header");
                hasMetadata = true;
                ReadMetadata(ref json);
            }
            else
            {
                TensorInfo tensor = ReadTensor(ref json, name);
                if (!Tensors.TryAdd(name, tensor))
                    throw Error(name, "occurs twice in the header");
            }
        }
        json.Read(); // throws on anything but white space behind the object
    }

    private void ReadMetadata(ref Utf8JsonReader json)
    {
        json.Read();
        if (json.TokenType != JsonTokenType.StartObject)
            throw Error(MetadataKey, "is not an object of strings");
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            string key = json.GetString()!;
            json.Read();
            if (json.TokenType != JsonTokenType.String)
                throw Error($"{MetadataKey}.{key}", "is not a string");
            if (!Metadata.TryAdd(key, json.GetString()!))
                throw Error($"{MetadataKey}.{key}", "occurs twice");
        }
    }

    private TensorInfo ReadTensor(ref Utf8JsonReader json, string name)
    {
        json.Read();
        if (json.TokenType != JsonTokenType.StartObject)
            throw Error(name, "is not an object with dtype, shape and data_offsets");
        TensorDtype? dtype = null;
        List<long>? shape = null;
        List<long>? offsets = null;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            string field = json.GetString()!;
            json.Read();
            if (field == "dtype" && dtype is null)
                dtype = ReadDtype(ref json, name);
            else if (field == "shape" && shape is null)
                shape = ReadNumbers(ref json, $"{name}.shape", MaxRank);
            else if (field == "data_offsets" && offsets is null)
                offsets = ReadNumbers(ref json, $"{name}.data_offsets", 2);
            else
                throw Error($"{name}.{field}", "is unknown or repeated; expected dtype, shape, data_offsets");
        }
        if (dtype is null || shape is null || offsets is null)
            throw Error(name, "lacks one of dtype, shape and data_offsets");
        return Checked(name, dtype.Value, shape, offsets);
    }

    private TensorDtype ReadDtype(ref Utf8JsonReader json, string name)
    {
        string? text = json.TokenType == JsonTokenType.String ? json.GetString() : null;
        return (text is null ? null : TensorDtypes.FromHeaderName(text)) ?? throw Error(
            $"{name}.dtype",
            $"'{text}' is unknown; expected one of {TensorDtypes.HeaderNames}");
    }

    private List<long> ReadNumbers(ref Utf8JsonReader json, string field, int most)
    {
        if (json.TokenType != JsonTokenType.StartArray)
            throw Error(field, "is not an array of whole numbers");
        var numbers = new List<long>(4);
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            if (json.TokenType != JsonTokenType.Number || !json.TryGetInt64(out long number) || number < 0)
                throw Error(field, "holds something other than whole numbers from 0 to 2^63 - 1");
            if (numbers.Count == most)
                throw Error(field, $"has more than {most} numbers");
            numbers.Add(number);
        }
        return numbers;
    }

    private TensorInfo Checked(string name, TensorDtype dtype, List<long> shape, List<long> offsets)
    {
        if (offsets.Count != 2 || offsets[0] > offsets[1] || offsets[1] > _dataLength)
        {
            throw Error(
                $"{name}.data_offsets",
                $"[{string.Join(", ", offsets)}] is not a range within the file's {_dataLength} data bytes");
        }

        Int128 bytes = dtype.Size();
        foreach (long extent in shape)
        {
            bytes *= extent;
            if (bytes > long.MaxValue)
                throw Error($"{name}.shape", $"[{string.Join(", ", shape)}] is larger than any file");
        }
        long length = offsets[1] - offsets[0];
        if (bytes != length)
        {
            throw Error(
                $"{name}.shape",
                $"[{string.Join(", ", shape)}] of {dtype.HeaderName()} takes {bytes} bytes,"
                + $" but data_offsets span {length}");
        }

        return new TensorInfo(name, dtype, shape.ToArray(), _dataStart + offsets[0], length);
    }

    /// <summary>No two tensors share a byte and no byte is left over, as the format demands.</summary>
    private void RequireGapless()
    {
        long end = _dataStart;
        foreach (TensorInfo tensor in Tensors.Values.OrderBy(t => t.Offset).ThenBy(t => t.ByteLength))
        {
            if (tensor.Offset != end)
            {
                throw Error(
                    $"{tensor.Name}.data_offsets",
                    tensor.Offset < end
                        ? "overlaps another tensor's data"
                        : $"leaves {tensor.Offset - end} unused bytes before it");
            }

            end += tensor.ByteLength;
        }
        long rest = _dataStart + _dataLength - end;
        if (rest != 0)
            throw Error("file length", $"leaves {rest} bytes after the last tensor; expected none");
    }

    private CheckpointFormatException Error(string field, string problem, Exception? inner = null) =>
        new(_file, field, problem, inner);
}
