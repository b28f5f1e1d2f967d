namespace NeuralBurden.Vit.Data.Storage;

/// <summary>Pixels in memory, one image after another.</summary>
internal sealed class MemoryPixels(ReadOnlyMemory<byte> pixels) : PixelStore
{
    public override int Workers => 0;

    // No array has more than 2^31 bytes, so the product has not either.
    public override void Read(int image, Span<byte> destination) =>
        pixels.Span.Slice(image * destination.Length, destination.Length).CopyTo(destination);
}
