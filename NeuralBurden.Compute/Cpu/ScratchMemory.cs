using System.Runtime.InteropServices;

namespace NeuralBurden.Compute.Cpu;

/// <summary>Native memory that grows to the largest request and then stays; not zeroed.</summary>
internal sealed unsafe class ScratchMemory : IDisposable
{
    private float* _memory;
    private long _length;

    public float* Get(long floats)
    {
        if (floats <= _length) return _memory;
        NativeMemory.AlignedFree(_memory);
        _memory = (float*)NativeMemory.AlignedAlloc((nuint)(floats * sizeof(float)) + 128, 64);
        _length = floats;
        return _memory;
    }

    public void Dispose()
    {
        NativeMemory.AlignedFree(_memory);
        _memory = null;
        _length = 0;
    }
}
