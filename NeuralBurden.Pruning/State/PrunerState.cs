using System.Runtime.InteropServices;

namespace NeuralBurden.Pruning.State;

/// <summary>
/// Everything a pruner must remember to go on bitwise as if it had never stopped: named byte arrays (packed
/// masks, counters) and named float arrays (learned scores and thresholds). A checkpoint stores them as U8
/// and F32 tensors.
/// </summary>
public sealed class PrunerState
{
    private readonly SortedDictionary<string, byte[]> _bytes = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, float[]> _floats = new(StringComparer.Ordinal);

    /// <summary>Entries in ordinal order of their names, so that saving twice gives the same bytes.</summary>
    public IReadOnlyDictionary<string, byte[]> Bytes => _bytes;

    public IReadOnlyDictionary<string, float[]> Floats => _floats;

    public void Put(string name, ReadOnlySpan<byte> value) => _bytes[name] = value.ToArray();

    public void Put(string name, ReadOnlySpan<float> value) => _floats[name] = value.ToArray();

    public void Put(string name, ReadOnlySpan<long> value) =>
        _bytes[name] = MemoryMarshal.AsBytes(value).ToArray();

    /// <exception cref="FormatException">The entry is missing.</exception>
    public ReadOnlySpan<byte> Get(string name) => _bytes.TryGetValue(name, out byte[]? value)
        ? value
        : throw new FormatException($"The checkpoint lacks the pruner's entry '{name}'.");

    /// <exception cref="FormatException">The entry is missing or has another length.</exception>
    public void Get(string name, Span<float> destination)
    {
        if (!_floats.TryGetValue(name, out float[]? value))
            throw new FormatException($"The checkpoint lacks the pruner's entry '{name}'.");
        if (value.Length != destination.Length)
        {
            throw new FormatException(
                $"The pruner's entry '{name}' has {value.Length} floats; needed: {destination.Length}.");
        }

        value.CopyTo(destination);
    }

    /// <exception cref="FormatException">The entry is missing or has another length.</exception>
    public void Get(string name, Span<long> destination)
    {
        var bytes = Get(name);
        if (bytes.Length != destination.Length * sizeof(long))
        {
            throw new FormatException(
                $"The pruner's entry '{name}' has {bytes.Length} bytes; needed: {destination.Length * 8}.");
        }

        bytes.CopyTo(MemoryMarshal.AsBytes(destination));
    }
}
