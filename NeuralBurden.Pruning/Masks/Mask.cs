using System.Numerics;
using NeuralBurden.Compute.Sparse;

namespace NeuralBurden.Pruning.Masks;

/// <summary>
/// One bit per weight of a matrix [rows, columns], row-major, packed into 64-bit words: 1 = kept, 0 = pruned.
/// </summary>
/// <remarks>
/// Invariants: <see cref="Count"/> is the exact number of ones at any time; bits past the last weight are
/// zero; <see cref="Version"/> grows by one with every change of content and never otherwise, so that a copy
/// of the mask on a device is current exactly when its version is.
/// </remarks>
public sealed class Mask
{
    private readonly ulong[] _words;

    /// <summary>A mask of the given shape with every weight kept, or with none.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A dimension is below 1, or the product exceeds an
    /// int.</exception>
    public Mask(int rows, int columns, bool full = true)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)rows * columns, int.MaxValue, nameof(columns));
        Rows = rows;
        Columns = columns;
        Length = rows * columns;
        _words = new ulong[MaskWords.WordCount(Length)];
        if (full)
        {
            MaskWords.SetAll(_words, Length);
            Count = Length;
        }
    }

    public int Rows { get; }

    public int Columns { get; }

    /// <summary>Number of weights, rows x columns.</summary>
    public int Length { get; }

    /// <summary>Exact number of kept weights.</summary>
    public int Count { get; private set; }

    public long Version { get; private set; }

    /// <summary>Count / Length, in [0, 1].</summary>
    public double Density => (double)Count / Length;

    /// <summary>Weight i is bit i % 64 of word i / 64.</summary>
    public ReadOnlySpan<ulong> Words => _words;

    /// <summary>Bytes of the packed form: ceil(Length / 8).</summary>
    public int PackedLength => (Length + 7) / 8;

    public bool this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Length, nameof(index));
            return MaskWords.Get(_words, index);
        }

        set
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Length, nameof(index));
            if (MaskWords.Get(_words, index) == value) return;
            MaskWords.Flip(_words, index);
            Count += value ? 1 : -1;
            Version++;
        }
    }

    public bool this[int row, int column]
    {
        get => this[Index(row, column)];
        set => this[Index(row, column)] = value;
    }

    /// <summary>Keeps every weight, or prunes every weight.</summary>
    public void Fill(bool keep)
    {
        if (Count == (keep ? Length : 0)) return;
        if (keep) MaskWords.SetAll(_words, Length);
        else Array.Clear(_words);
        Count = keep ? Length : 0;
        Version++;
    }

    /// <summary>
    /// Replaces the content; <paramref name="words"/> has this mask's word count and zero tail bits.
    /// </summary>
    /// <returns>Number of bits that changed.</returns>
    public int Replace(ReadOnlySpan<ulong> words)
    {
        if (words.Length != _words.Length)
        {
            throw new ArgumentException(
                $"Mask needs {_words.Length} words, got {words.Length}.", nameof(words));
        }

        if (!MaskWords.TailIsZero(words, Length))
            throw new ArgumentException($"Bits past weight {Length} must be zero.", nameof(words));
        int flips = 0, count = 0;
        for (int i = 0; i < words.Length; i++)
        {
            ulong word = words[i];
            flips += BitOperations.PopCount(word ^ _words[i]);
            count += BitOperations.PopCount(word);
            _words[i] = word;
        }

        if (flips == 0) return 0;
        Count = count;
        Version++;
        return flips;
    }

    /// <summary>Copies another mask of the same shape; returns the number of bits that changed.</summary>
    public int CopyFrom(Mask other) => Replace(SameShape(other)._words);

    /// <summary>|this xor other|, the number of weights on which the two disagree.</summary>
    public int XorCount(Mask other) => MaskWords.XorCount(_words, SameShape(other)._words);

    /// <summary>|this and other|.</summary>
    public int AndCount(Mask other) => MaskWords.AndCount(_words, SameShape(other)._words);

    /// <summary>this = this or other.</summary>
    public void Or(Mask other)
    {
        SameShape(other);
        for (int i = 0; i < _words.Length; i++) _words[i] |= other._words[i];
        Changed();
    }

    /// <summary>this = this and not other.</summary>
    public void AndNot(Mask other)
    {
        SameShape(other);
        for (int i = 0; i < _words.Length; i++) _words[i] &= ~other._words[i];
        Changed();
    }

    /// <summary>destination[i] = 1 where kept, 0 where pruned.</summary>
    public void Expand(Span<float> destination)
    {
        MaskedMath.CheckLength(destination.Length, Length);
        MaskedMath.Expand(_words, destination);
    }

    /// <summary>
    /// destination[i] = source[i] where kept, +0 where pruned, also where source is NaN. May alias.
    /// </summary>
    public void Apply(ReadOnlySpan<float> source, Span<float> destination)
    {
        MaskedMath.CheckLength(source.Length, Length);
        MaskedMath.CheckLength(destination.Length, Length);
        MaskedMath.Select(_words, source, destination);
    }

    /// <summary>Writes the packed form: weight i is bit i % 8 of byte i / 8.</summary>
    public void Pack(Span<byte> destination)
    {
        if (destination.Length != PackedLength)
        {
            throw new ArgumentException(
                $"Need {PackedLength} bytes, got {destination.Length}.", nameof(destination));
        }

        for (int i = 0; i < destination.Length; i++) destination[i] = (byte)(_words[i / 8] >> (i % 8 * 8));
    }

    public byte[] Pack()
    {
        byte[] bytes = new byte[PackedLength];
        Pack(bytes);
        return bytes;
    }

    /// <summary>Reads the packed form.</summary>
    /// <exception cref="FormatException">The length is wrong, or a bit past the last weight is
    /// set.</exception>
    public void Unpack(ReadOnlySpan<byte> source)
    {
        if (source.Length != PackedLength)
        {
            throw new FormatException(
                $"A mask of {Rows} x {Columns} has {PackedLength} bytes; found {source.Length}.");
        }

        if (Length % 8 != 0 && source[^1] >> (Length % 8) != 0)
            throw new FormatException($"A mask of {Rows} x {Columns} has a bit set past its last weight.");
        Array.Clear(_words);
        for (int i = 0; i < source.Length; i++) _words[i / 8] |= (ulong)source[i] << (i % 8 * 8);
        Changed();
    }

    private void Changed()
    {
        Count = MaskWords.Count(_words);
        Version++;
    }

    private int Index(int row, int column)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)Rows, nameof(row));
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)column, (uint)Columns, nameof(column));
        return row * Columns + column;
    }

    private Mask SameShape(Mask other)
    {
        if (other.Rows == Rows && other.Columns == Columns) return other;
        throw new ArgumentException(
            $"Masks differ in shape: {Rows} x {Columns} and {other.Rows} x {other.Columns}.");
    }
}
