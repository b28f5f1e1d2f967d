namespace NeuralBurden.Compute.Simd.Jobs;

/// <summary>Native memory that grows to the largest request and then stays; not zeroed.</summary>
internal sealed unsafe class ScratchMemory : IDisposable
{
    private float* _memory;
    private long _length;

    public float* Get(long floats)
    {
        if (floats <= _length) return _memory;
        NativeBlock.Free(_memory);
        _memory = (float*)NativeBlock.Allocate((nuint)(floats * sizeof(float)) + 128);
        _length = floats;
        return _memory;
    }

    public void Dispose()
    {
        NativeBlock.Free(_memory);
        _memory = null;
        _length = 0;
    }
}
