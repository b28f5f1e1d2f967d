namespace NeuralBurden.Compute.Tensors;

/// <summary>
/// Extents of a dense row-major tensor of rank 1 to 5, the last dimension contiguous. A value type, so that views
/// made in a training step allocate nothing.
/// </summary>
public readonly struct Shape : IEquatable<Shape>
{
    private readonly int _d0, _d1, _d2, _d3, _d4;

    public Shape(int d0)
        : this(1, d0, 1, 1, 1, 1)
    {
    }

    public Shape(int d0, int d1)
        : this(2, d0, d1, 1, 1, 1)
    {
    }

    public Shape(int d0, int d1, int d2)
        : this(3, d0, d1, d2, 1, 1)
    {
    }

    public Shape(int d0, int d1, int d2, int d3)
        : this(4, d0, d1, d2, d3, 1)
    {
    }

    public Shape(int d0, int d1, int d2, int d3, int d4)
        : this(5, d0, d1, d2, d3, d4)
    {
    }

    private Shape(int rank, int d0, int d1, int d2, int d3, int d4)
    {
        if ((d0 | d1 | d2 | d3 | d4) < 0)
            throw new ArgumentOutOfRangeException(nameof(d0), $"negative extent in [{d0}, {d1}, {d2}, {d3}, {d4}]");
        (Rank, _d0, _d1, _d2, _d3, _d4) = (rank, d0, d1, d2, d3, d4);
    }

    public int Rank { get; }

    /// <summary>Number of elements, the product of all extents.</summary>
    public long Count => (long)_d0 * _d1 * _d2 * _d3 * _d4;

    public int this[int dimension] => dimension switch
    {
        _ when (uint)dimension >= (uint)Rank => throw new ArgumentOutOfRangeException(nameof(dimension)),
        0 => _d0,
        1 => _d1,
        2 => _d2,
        3 => _d3,
        _ => _d4,
    };

    public static bool operator ==(Shape a, Shape b) => a.Equals(b);

    public static bool operator !=(Shape a, Shape b) => !a.Equals(b);

    /// <summary>The same extents as an array, for files and messages; not for steady-state code.</summary>
    public int[] ToArray()
    {
        int[] extents = new int[Rank];
        for (int i = 0; i < Rank; i++) extents[i] = this[i];
        return extents;
    }

    public static Shape Of(ReadOnlySpan<int> extents) => extents.Length switch
    {
        1 => new Shape(extents[0]),
        2 => new Shape(extents[0], extents[1]),
        3 => new Shape(extents[0], extents[1], extents[2]),
        4 => new Shape(extents[0], extents[1], extents[2], extents[3]),
        5 => new Shape(extents[0], extents[1], extents[2], extents[3], extents[4]),
        _ => throw new ArgumentException($"rank {extents.Length}; allowed 1 to 5", nameof(extents)),
    };

    public bool Equals(Shape other) => Rank == other.Rank && _d0 == other._d0 && _d1 == other._d1
        && _d2 == other._d2 && _d3 == other._d3 && _d4 == other._d4;

    public override bool Equals(object? obj) => obj is Shape other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(Rank, _d0, _d1, _d2, _d3, _d4);

    public override string ToString() => $"[{string.Join(", ", ToArray())}]";
}
