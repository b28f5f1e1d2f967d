using System.IO.MemoryMappedFiles;
using Microsoft.Win32.SafeHandles;

namespace NeuralBurden.Vit.Data.Storage;

/// <summary>
/// A file of any size read through a mapping, whose pages come and go: once 64 MiB have been touched the mapping is made
/// anew, so that the process never holds more of the file. What is gone from the process the system still has in its
/// cache, as long as nobody needs the memory.
/// </summary>
internal sealed unsafe class MappedFile
{
    private const long MostTouched = 1 << 26;

    // What the system maps around a byte that is read, at most.
    private const int FaultAround = 1 << 16;

    private readonly Lock _gate = new();
    private readonly string _path;
    private readonly SafeFileHandle _handle;
    private readonly long _length;
    private readonly MemoryMappedFile _file;
    private MemoryMappedViewAccessor _view;
    private long _touched;

    public MappedFile(string path)
    {
        _path = path;
        _handle = File.OpenHandle(path);
        _length = RandomAccess.GetLength(_handle);
        _file = MemoryMappedFile.CreateFromFile(
            _handle, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
        _view = View();
    }

    /// <exception cref="IOException">The file has been cut since it was opened.</exception>
    public void Read(long offset, Span<byte> destination)
    {
        lock (_gate)
        {
            // To touch a page beyond the end of the file would end the process without a word.
            if (RandomAccess.GetLength(_handle) < _length) throw new IOException($"{_path}: was cut while it was in use");
            if (_touched > MostTouched)
            {
                _view.Dispose();
                (_view, _touched) = (View(), 0);
            }

            _touched += destination.Length + (2 * FaultAround);
            byte* start = null;
            var handle = _view.SafeMemoryMappedViewHandle;
            handle.AcquirePointer(ref start);
            try
            {
                new ReadOnlySpan<byte>(start + _view.PointerOffset + offset, destination.Length).CopyTo(destination);
            }
            finally
            {
                handle.ReleasePointer();
            }
        }
    }

    private MemoryMappedViewAccessor View() => _file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
}
