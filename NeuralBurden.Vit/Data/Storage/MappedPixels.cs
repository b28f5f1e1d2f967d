using NeuralBurden.Vit.Formats;

namespace NeuralBurden.Vit.Data.Storage;

/// <summary>The images of a tensor [N, C, H, W] in a file, each held against its checksum when it is read.</summary>
internal sealed class MappedPixels(MappedFile file, string path, TensorInfo tensor, uint[] checksums) : PixelStore
{
    // One thread that copies is as fast as the memory.
    public override int Workers => 1;

    public override void Read(int image, Span<byte> destination)
    {
        file.Read(tensor.Offset + ((long)image * destination.Length), destination);
        if (Crc32C.Of(destination) == checksums[image]) return;
        throw new CheckpointFormatException(
            path, $"{tensor.Name}[{image}]", "has another checksum than at import: the file is damaged; import it again");
    }
}
