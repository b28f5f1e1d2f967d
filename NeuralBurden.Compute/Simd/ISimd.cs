namespace NeuralBurden.Compute.Simd;

/// <summary>
/// The vector operations that kernels are written in, for one width; <typeparamref name="V"/> is a vector of float32.
/// Kernels take the implementing struct as a type parameter, so that each width compiles to its own straight code.
/// </summary>
internal unsafe interface ISimd<V>
    where V : struct
{
    /// <summary>Lanes of a vector.</summary>
    static abstract int Count { get; }

    static abstract V Zero { get; }

    static abstract V Load(float* source);

    static abstract void Store(V value, float* destination);

    /// <summary>
    /// Writes past the caches to an address aligned to the vector, for what is not read for a long while. Ends with
    /// <see cref="Streaming.End"/> before another thread reads it.
    /// </summary>
    static abstract void Stream(V value, float* destination);

    /// <summary>The first <paramref name="count"/> lanes from memory, 0 in the others; reads nothing beyond them.</summary>
    static abstract V LoadPartial(float* source, int count);

    /// <summary>Writes the first <paramref name="count"/> lanes and nothing beyond them.</summary>
    static abstract void StorePartial(V value, float* destination, int count);

    static abstract V Broadcast(float value);

    /// <summary>Four floats, again in every 128 bits.</summary>
    static abstract V LoadFour(float* source);

    /// <summary>Float <paramref name="i"/> of <see cref="LoadFour"/> in all lanes.</summary>
    /// <param name="i">A constant, 0 to 3.</param>
    static abstract V OneOfFour(V four, int i);

    static abstract V Add(V a, V b);

    static abstract V Subtract(V a, V b);

    static abstract V Multiply(V a, V b);

    static abstract V Divide(V a, V b);

    /// <summary>a * b + c, fused where the processor can.</summary>
    static abstract V MultiplyAdd(V a, V b, V c);

    /// <summary>The larger lane; which operand a NaN lane takes is not defined.</summary>
    static abstract V Max(V a, V b);

    static abstract V Min(V a, V b);

    static abstract V Abs(V a);

    static abstract V Negate(V a);

    static abstract V Sqrt(V a);

    /// <summary>To the nearest integer, ties to even.</summary>
    static abstract V Round(V a);

    /// <summary>2^n for integral n in [-126, 127], by writing the exponent bits.</summary>
    static abstract V PowerOfTwo(V n);

    /// <summary>The float whose exponent is the low 8 bits of each lane and whose other bits, bit 8 being 0, are 0.</summary>
    static abstract V ExponentFromLowBits(V a);

    /// <summary>Lane by lane: a &lt; b ? yes : no. A NaN compares false.</summary>
    static abstract V SelectLess(V a, V b, V yes, V no);

    /// <summary>Sum of all lanes, in an order fixed for the width.</summary>
    static abstract float Sum(V a);

    static abstract float MaxLane(V a);

    /// <summary>
    /// Lane i is that of <paramref name="yes"/> where bit i of <paramref name="bits"/> is set, else of
    /// <paramref name="no"/>.
    /// </summary>
    static abstract V SelectBits(uint bits, V yes, V no);

    /// <summary>
    /// Lane i of the result is the lane of <paramref name="value"/> where bit i of
    /// <paramref name="bits"/> is set, else 0.
    /// </summary>
    static abstract V KeepBits(V value, uint bits);

    /// <summary>The first <paramref name="count"/> lanes, 0 in the others.</summary>
    static abstract V KeepFirst(V value, int count);
}
