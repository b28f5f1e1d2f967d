using System.Text;

namespace NeuralBurden.Vit.Imaging;

/// <summary>Whether a WebP file is whole: its chunks fill the RIFF container, and that the file; one frame.</summary>
internal static class WebpStructure
{
    public static void Check(ReadOnlySpan<byte> file, string name)
    {
        var cursor = new ByteCursor(file, name);
        cursor.Take(4, "RIFF");
        uint length = cursor.LittleEndian32("RIFF");
        var chunks = new ByteCursor(cursor.Take(length, "RIFF"), name);
        chunks.Take(4, "WEBP");
        bool hasPixels = false;
        while (chunks.Left > 0)
        {
            string type = Encoding.Latin1.GetString(chunks.Take(4, "chunk"));
            uint size = chunks.LittleEndian32(type);
            chunks.Take(Math.Min(size + (size & 1L), Math.Max(size, chunks.Left)), type);
            if (type is "ANIM" or "ANMF") throw chunks.Error("frames", "an animation; allowed: 1 frame.");
            hasPixels |= type is "VP8 " or "VP8L";
        }

        if (!hasPixels) throw chunks.Error("VP8", "no pixels: the file is cut short.");
    }
}
