namespace NeuralBurden.Vit.Data.Storage;

/// <summary>Where the pixels of a set's images lie. Any number of threads may read at once.</summary>
internal abstract class PixelStore
{
    /// <summary>Threads that are worth reading a batch with; 0: pixels lie in memory, and a thread would only cost.</summary>
    public abstract int Workers { get; }

    /// <summary>Writes one image as [C, H, W].</summary>
    /// <param name="image">Its number in the store.</param>
    /// <param name="destination">As long as an image.</param>
    /// <exception cref="Exception">Of the store: the image is not what it was at import; names the file.</exception>
    public abstract void Read(int image, Span<byte> destination);
}
