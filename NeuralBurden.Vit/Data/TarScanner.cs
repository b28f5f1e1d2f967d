using System.Text;
using NeuralBurden.Vit.Files;

namespace NeuralBurden.Vit.Data;

/// <summary>
/// Walks the entries of a tar archive (v7, ustar, GNU) front to back. System.Formats.Tar is not used because
/// its reader allocates what a forged extended header asks for, up to 2 GiB; this one holds one block of 512
/// bytes and skips extended headers, which the archives read here do not need.
/// </summary>
internal sealed class TarScanner(DataFileReader reader)
{
    private const int Block = 512, MostEntries = 1000, MostZeroBlocks = 1 << 12;
    private const long MostSkipped = 1 << 24;

    private readonly byte[] _block = new byte[Block];
    private int _entries;
    private long _skipped;
    private Entry _current;

    public readonly record struct Entry(string Name, long Length, bool IsFile);

    /// <summary>
    /// The next header; the content follows in the reader and must be read, or skipped, by the caller. Null
    /// at the end, after which the reader must be at its end as well.
    /// </summary>
    public Entry? Next()
    {
        reader.ReadExactly(_block, "tar header");
        if (!_block.AsSpan().ContainsAnyExcept((byte)0))
        {
            ReadClosingBlocks();
            return null;
        }

        if (++_entries > MostEntries)
        {
            throw Damaged($"more than {MostEntries} entries.");
        }

        // The checksum counts its own eight bytes as spaces.
        int sum = 8 * ' ';
        for (int i = 0; i < Block; i++)
        {
            sum += i is >= 148 and < 156 ? 0 : _block[i];
        }

        if (Octal(148, 8) != sum)
        {
            throw Damaged($"checksum of the header at byte {reader.Position - Block} does not match.");
        }

        string prefix = Encoding.ASCII.GetString(_block, 257, 5) == "ustar" && _block[263] == '0'
            ? Text(345, 155) : "";
        string name = prefix.Length == 0 ? Text(0, 100) : prefix + "/" + Text(0, 100);
        _current = new Entry(name, Octal(124, 12), _block[156] is 0 or (byte)'0');
        return _current;
    }

    /// <summary>Passes over the current entry's content.</summary>
    public void Skip()
    {
        _skipped += _current.Length;
        if (_skipped > MostSkipped)
        {
            throw Damaged($"more than {MostSkipped} bytes in entries that do not belong to the data set.");
        }

        for (long left = _current.Length; left > 0; left -= Block)
        {
            reader.ReadExactly(_block, $"content of {_current.Name}");
        }
    }

    /// <summary>
    /// Passes over the zeros that fill the current entry's last block, its content having been read.
    /// </summary>
    public void SkipPadding() =>
        reader.ReadExactly(_block.AsSpan(0, (int)(-_current.Length & (Block - 1))),
            $"padding of {_current.Name}");

    private void ReadClosingBlocks()
    {
        for (int i = 0; reader.Read(_block) is var read && read > 0; i++)
        {
            if (read < Block || i == MostZeroBlocks || _block.AsSpan().ContainsAnyExcept((byte)0))
            {
                throw Damaged("something other than zeros follows the end of the archive.");
            }
        }
    }

    private long Octal(int offset, int length)
    {
        long value = 0;
        foreach (byte b in _block.AsSpan(offset, length).Trim(" \0"u8))
        {
            value = b is >= (byte)'0' and <= (byte)'7'
                ? value * 8 + (b - '0')
                : throw Damaged($"a number in the header at byte {reader.Position - Block} is not octal.");
        }

        return value;
    }

    private string Text(int offset, int length)
    {
        var field = _block.AsSpan(offset, length);
        int end = field.IndexOf((byte)0);
        return Encoding.Latin1.GetString(end < 0 ? field : field[..end]);
    }

    private DataFormatException Damaged(string problem) => new(reader.Name, "tar archive", problem);
}
