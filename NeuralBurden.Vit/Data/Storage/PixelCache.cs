using System.Runtime.InteropServices;

namespace NeuralBurden.Vit.Data.Storage;

/// <summary>
/// The first images that were read, as many as fit, and none of them ever replaced: a pass over a whole set finds as many
/// in any order, where a cache of the latest would find none in the order of the last pass. For any number of threads. The
/// memory is not the garbage collector's, which lets garbage grow with what lives.
/// </summary>
internal sealed unsafe class PixelCache
{
    private readonly int _imageBytes;
    private readonly int _most;
    // By the images' numbers: 1 + the place of its pixels; 0 while there are none.
    private readonly int[] _places;
    private readonly byte* _pixels;
    private int _taken;

    /// <param name="images">In the set.</param>
    /// <param name="imageBytes">Of each.</param>
    /// <param name="mostBytes">Of pixels that are kept.</param>
    public PixelCache(int images, int imageBytes, long mostBytes)
    {
        _imageBytes = imageBytes;
        _most = (int)Math.Min(images, mostBytes / imageBytes);
        _places = new int[images];
        // What is not written to is not taken from the machine.
        _pixels = (byte*)NativeMemory.Alloc((nuint)Math.Max(1, (long)_most * imageBytes));
    }

    ~PixelCache() => NativeMemory.Free(_pixels);

    /// <summary>Images that are kept now.</summary>
    public int Count => Math.Min(Volatile.Read(ref _taken), _most);

    public bool TryRead(int image, Span<byte> destination)
    {
        int place = Volatile.Read(ref _places[image]);
        if (place > 0) At(place - 1).CopyTo(destination);
        GC.KeepAlive(this);
        return place > 0;
    }

    /// <summary>Keeps an image if there is room. Of two threads with the same one both may take a place.</summary>
    public void Add(int image, ReadOnlySpan<byte> pixels)
    {
        if (Volatile.Read(ref _taken) >= _most) return;
        int place = Interlocked.Increment(ref _taken) - 1;
        if (place >= _most) return;
        pixels.CopyTo(At(place));
        Volatile.Write(ref _places[image], place + 1);
        GC.KeepAlive(this);
    }

    private Span<byte> At(int place) => new(_pixels + ((long)place * _imageBytes), _imageBytes);
}
