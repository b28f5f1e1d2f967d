using System.Buffers.Binary;
using System.Formats.Tar;
using System.IO.Compression;

namespace NeuralBurden.Tests.Data;

/// <summary>Small data files as their authors write them.</summary>
internal static class DataFiles
{
    public static byte[] IdxImages(int count, int height = 28, int width = 28, int magic = 0x803,
        int? claimed = null)
    {
        byte[] file = new byte[16 + count * height * width];
        BinaryPrimitives.WriteInt32BigEndian(file, magic);
        BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(4), claimed ?? count);
        BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(8), height);
        BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(12), width);
        for (int i = 16; i < file.Length; i++)
        {
            file[i] = (byte)(i * 37 + i / 256);
        }

        return file;
    }

    public static byte[] IdxLabels(byte[] labels, int magic = 0x801, int? claimed = null)
    {
        byte[] file = new byte[8 + labels.Length];
        BinaryPrimitives.WriteInt32BigEndian(file, magic);
        BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(4), claimed ?? labels.Length);
        labels.CopyTo(file, 8);
        return file;
    }

    /// <summary>
    /// Record i has label i mod 10 (for CIFAR-100 coarse 19 and fine i mod 100) and pixels that name it.
    /// </summary>
    public static byte[] Cifar(int records, int labelBytes = 1)
    {
        int record = labelBytes + 3072;
        byte[] file = new byte[records * record];
        for (int i = 0; i < records; i++)
        {
            var bytes = file.AsSpan(i * record, record);
            bytes[0] = labelBytes == 1 ? (byte)(i % 10) : (byte)19;
            bytes[labelBytes - 1] = (byte)(labelBytes == 1 ? i % 10 : i % 100);
            bytes[labelBytes..].Fill((byte)(i + 1));
        }

        return file;
    }

    public static byte[] Gzip(byte[] content)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            gzip.Write(content);
        }

        return packed.ToArray();
    }

    public static byte[] Tar(params (string Name, byte[] Content)[] entries)
    {
        using var file = new MemoryStream();
        using (var tar = new TarWriter(file, TarEntryFormat.Ustar, leaveOpen: true))
        {
            foreach (var (name, content) in entries)
            {
                tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, name)
                {
                    DataStream = new MemoryStream(content),
                });
            }
        }

        return file.ToArray();
    }
}
