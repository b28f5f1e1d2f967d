using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using System.Security.Cryptography;
using NeuralBurden.Vit.Files;

namespace NeuralBurden.Vit.Data;

/// <summary>
/// Reads a data file, plain or gzip (told apart by the first two bytes, no format here begins with 1f 8b), in
/// exact pieces. .NET's GZipStream takes a truncated stream for a complete one and ignores what follows the
/// end, so the eight closing bytes of the file (CRC-32 and length of the content) are compared with what was
/// decoded.
/// </summary>
internal sealed class DataFileReader : IDisposable
{
    // Deflate cannot do better than 258 bytes from a 2-bit code: a ratio of 1032.
    private const long MostBytesPerPackedByte = 1032;
    private const int GzipOverhead = 18;

    private readonly FileStream _file;
    private readonly Stream _content;
    private readonly uint _expectedCrc;
    private readonly uint _expectedLength;
    private readonly Crc32 _crc = new();
    private IncrementalHash? _digest;
    private long _position;

    public DataFileReader(string path)
    {
        Name = path;
        RegularFile.Require(path);
        _file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
        Span<byte> ends = stackalloc byte[8];
        int head = _file.ReadAtLeast(ends[..2], 2, throwOnEndOfStream: false);
        IsGzip = head == 2 && ends[0] == 0x1f && ends[1] == 0x8b;
        _content = _file;
        if (IsGzip && _file.Length >= GzipOverhead)
        {
            _file.Position = _file.Length - 8;
            _file.ReadExactly(ends);
            _expectedCrc = BinaryPrimitives.ReadUInt32LittleEndian(ends);
            _expectedLength = BinaryPrimitives.ReadUInt32LittleEndian(ends[4..]);
        }
        else if (IsGzip)
        {
            long length = _file.Length;
            _file.Dispose();
            throw new DataFormatException(path, "gzip stream", $"cut off after {length} bytes.");
        }

        _file.Position = 0;
        _content = IsGzip ? new GZipStream(_file, CompressionMode.Decompress) : _file;
    }

    public string Name { get; }

    public bool IsGzip { get; }

    /// <summary>No content of this file is longer; known before anything is decoded.</summary>
    public long MostBytes => IsGzip ? _file.Length * MostBytesPerPackedByte : _file.Length;

    /// <summary>Bytes read so far.</summary>
    public long Position => _position;

    /// <summary>Fills <paramref name="destination"/> or throws, naming <paramref name="field"/>.</summary>
    public void ReadExactly(Span<byte> destination, string field)
    {
        int read = Read(destination);
        if (read < destination.Length)
        {
            throw new DataFormatException(Name, field,
                $"the file ends at byte {_position}, {destination.Length - read} bytes too early.");
        }
    }

    public int ReadInt32BigEndian(string field)
    {
        Span<byte> word = stackalloc byte[4];
        ReadExactly(word, field);
        return BinaryPrimitives.ReadInt32BigEndian(word);
    }

    /// <summary>
    /// Reads <paramref name="length"/> bytes into a new array. Memory that is not written to is not taken from the
    /// machine, so a file that promises more than it holds costs none; one that is packed must say in its trailer that
    /// it holds as much.
    /// </summary>
    public byte[] ReadArray(int length, string field)
    {
        if (length > MostBytes - _position)
        {
            throw new DataFormatException(Name, field,
                $"needs {length} bytes, but the {(IsGzip ? "packed " : "")}file " +
                $"has only {_file.Length}.");
        }

        // The trailer counts modulo 2^32, and no array here comes near that.
        if (IsGzip && length > _expectedLength - _position)
        {
            throw new DataFormatException(Name, field,
                $"needs {length} bytes from byte {_position} on, but the gzip stream ends with a length of {_expectedLength}.");
        }

        byte[] array = GC.AllocateUninitializedArray<byte>(length);
        ReadExactly(array, field);
        return array;
    }

    /// <summary>From here on what is read is digested.</summary>
    public void BeginDigest() => _digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>Compares what was read since <see cref="BeginDigest"/> with a published file.</summary>
    /// <param name="where">The file, or the archive and the entry.</param>
    /// <param name="sha256">Of the published file, in lower-case hexadecimal digits.</param>
    /// <exception cref="DataFormatException">It is another file.</exception>
    public void ExpectDigest(string where, string sha256)
    {
        string found = Convert.ToHexStringLower(_digest!.GetHashAndReset());
        if (found == sha256) return;
        throw new DataFormatException(where, "content",
            $"is not the published file (sha256 {found}; expected {sha256}). {DataOptions.HowToTakeIt}");
    }

    /// <summary>
    /// Refuses, before it is unpacked, a content that does not end with the next <paramref name="length"/> bytes.
    /// </summary>
    public void ExpectEndAfter(long length)
    {
        if (IsGzip && _expectedLength > _position + length)
        {
            throw new DataFormatException(Name, "length",
                $"bytes follow after the last one expected, {_position + length}: the gzip stream has {_expectedLength}.");
        }
    }

    /// <summary>Throws if any byte is left, or if the gzip stream is not whole.</summary>
    public void ExpectEnd()
    {
        Span<byte> extra = stackalloc byte[1];
        if (Read(extra) != 0)
        {
            throw new DataFormatException(Name, "length",
                $"bytes follow after the last one expected, {_position - 1}.");
        }

        if (IsGzip && (_crc.GetCurrentHashAsUInt32() != _expectedCrc || (uint)_position != _expectedLength))
        {
            throw new DataFormatException(Name, "gzip stream",
                "truncated, damaged, or followed by other bytes: its checksum does not match its content.");
        }
    }

    /// <summary>Reads up to the length of <paramref name="destination"/>; fewer only at the end.</summary>
    public int Read(Span<byte> destination)
    {
        try
        {
            int read = _content.ReadAtLeast(destination, destination.Length, throwOnEndOfStream: false);
            _position += read;
            _digest?.AppendData(destination[..read]);
            if (IsGzip)
            {
                _crc.Append(destination[..read]);
            }

            return read;
        }
        catch (InvalidDataException e)
        {
            throw new DataFormatException(Name, "gzip stream",
                $"damaged after byte {_position} of its content.", e);
        }
    }

    public void Dispose()
    {
        _digest?.Dispose();
        _content.Dispose();
    }
}
