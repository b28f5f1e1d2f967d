using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using NeuralBurden.Vit.Files;

namespace NeuralBurden.Vit.Formats;

/// <summary>
/// Reads safetensors files, those of the Python library included. <see cref="Open"/> checks the whole header
/// against the file (lengths, names, element types, shapes, offsets, overlap, gaps) before any value is read;
/// values are read on demand.
/// </summary>
/// <remarks>
/// Takes memory proportional to the header, which is at most 100 MB and never more than the file, plus a 64
/// KiB window. Reading different tensors from several threads is safe.
/// </remarks>
public sealed class SafetensorsReader : IDisposable
{
    private const int WindowBytes = 1 << 16;

    private readonly SafeFileHandle _handle;
    private readonly SafetensorsHeader _header;

    private SafetensorsReader(string path, SafeFileHandle handle, SafetensorsHeader header)
    {
        Path = path;
        _handle = handle;
        _header = header;
        Names = [.. header.Tensors.Keys.Order(StringComparer.Ordinal)];
    }

    public string Path { get; }

    /// <summary>In ordinal order.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>The header's <c>__metadata__</c>; empty where the file has none.</summary>
    public IReadOnlyDictionary<string, string> Metadata => _header.Metadata;

    /// <summary>Whether floating-point reads refuse NaN and infinity. Off by default.</summary>
    public bool RejectNonFinite { get; init; }

    /// <exception cref="CheckpointFormatException">The file breaks the format; names the field.</exception>
    /// <exception cref="IOException">The file cannot be opened or read.</exception>
    public static SafetensorsReader Open(string path, bool rejectNonFinite = false)
    {
        if (!BitConverter.IsLittleEndian)
            throw new PlatformNotSupportedException("safetensors needs a little-endian machine");
        RegularFile.Require(path);
        SafeFileHandle handle = File.OpenHandle(path, options: FileOptions.RandomAccess);
        try
        {
            SafetensorsHeader header = ReadHeader(path, handle);
            return new SafetensorsReader(path, handle, header) { RejectNonFinite = rejectNonFinite };
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    public bool Contains(string name) => _header.Tensors.ContainsKey(name);

    public bool TryGet(string name, [MaybeNullWhen(false)] out TensorInfo info) =>
        _header.Tensors.TryGetValue(name, out info);

    /// <exception cref="CheckpointFormatException">The file has no such tensor.</exception>
    public TensorInfo Get(string name) =>
        TryGet(name, out TensorInfo? info) ? info : throw Error(name, "is missing from the file");

    /// <summary>Fills <paramref name="destination"/>, in row-major order, from F32, F64, F16 or BF16
    /// values.</summary>
    /// <param name="destination">Exactly as long as the tensor has elements.</param>
    /// <exception cref="CheckpointFormatException">
    /// Absent, no floating-point type, another element count, or (see <see cref="RejectNonFinite"/>) a value
    /// that is not finite.
    /// </exception>
    public void ReadFloats(string name, Span<float> destination)
    {
        TensorInfo info = Require(name, destination.Length);
        if (info.Dtype == TensorDtype.F32)
            ReadAt(info, 0, MemoryMarshal.AsBytes(destination));
        else if (info.Dtype.IsFloat())
            ReadConverted(info, destination);
        else
            throw Error(name, $"has dtype {info.Dtype.HeaderName()}; expected F32, F64, F16 or BF16");
        if (RejectNonFinite)
            RequireFinite<float>(name, destination);
    }

    public void ReadDoubles(string name, Span<double> destination)
    {
        ReadAt(Require(name, destination.Length, TensorDtype.F64), 0, MemoryMarshal.AsBytes(destination));
        if (RejectNonFinite)
            RequireFinite<double>(name, destination);
    }

    public void ReadInt32s(string name, Span<int> destination) =>
        ReadAt(Require(name, destination.Length, TensorDtype.I32), 0, MemoryMarshal.AsBytes(destination));

    public void ReadInt64s(string name, Span<long> destination) =>
        ReadAt(Require(name, destination.Length, TensorDtype.I64), 0, MemoryMarshal.AsBytes(destination));

    public void ReadBytes(string name, Span<byte> destination) =>
        ReadAt(Require(name, destination.Length, TensorDtype.U8), 0, destination);

    /// <summary>The values as they lie in the file, of whatever type.</summary>
    internal byte[] ReadRaw(string name)
    {
        var info = Get(name);
        if (info.ByteLength > Array.MaxLength)
            throw Error(name, $"has {info.ByteLength} bytes; allowed: up to {Array.MaxLength}");
        byte[] bytes = new byte[info.ByteLength];
        ReadAt(info, 0, bytes);
        return bytes;
    }

    public void Dispose() => _handle.Dispose();

    private static SafetensorsHeader ReadHeader(string path, SafeFileHandle handle)
    {
        long fileLength = RandomAccess.GetLength(handle);
        if (fileLength < sizeof(ulong))
        {
            throw new CheckpointFormatException(
                path, "file length", $"is {fileLength} bytes; expected at least 8");
        }

        Span<byte> lengthField = stackalloc byte[sizeof(ulong)];
        ReadExactly(path, handle, "header length", 0, lengthField);
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(lengthField);
        ulong most = (ulong)Math.Min(SafetensorsHeader.MaxLength, fileLength - sizeof(ulong));
        if ((length < 2 || length > most) && KindOf(handle) is { } kind)
            throw new CheckpointFormatException(path, "format", $"is no safetensors file but {kind}");
        if (length < 2 || length > most)
            throw new CheckpointFormatException(path, "header length", $"is {length}; expected 2 to {most}");
        byte[] json = new byte[length];
        ReadExactly(path, handle, "header", sizeof(ulong), json);
        return SafetensorsHeader.Parse(json, fileLength - sizeof(ulong) - (long)length, path);
    }

    private static string? KindOf(SafeFileHandle handle)
    {
        Span<byte> head = stackalloc byte[FileKind.Bytes];
        return FileKind.Of(head[..RandomAccess.Read(handle, head, 0)]);
    }

    private TensorInfo Require(string name, int count, TensorDtype? dtype = null)
    {
        TensorInfo info = Get(name);
        if (dtype is not null && info.Dtype != dtype)
            throw Error(name, $"has dtype {info.Dtype.HeaderName()}; expected {dtype.Value.HeaderName()}");
        if (info.ElementCount != count)
        {
            throw Error(
                name, $"has shape [{string.Join(", ", info.Shape)}], {info.ElementCount} values;"
                + $" expected {count}");
        }

        return info;
    }

    private void ReadConverted(TensorInfo info, Span<float> destination)
    {
        byte[] window = ArrayPool<byte>.Shared.Rent(WindowBytes);
        try
        {
            int size = info.Dtype.Size();
            int perWindow = WindowBytes / size;
            for (int start = 0; start < destination.Length; start += perWindow)
            {
                Span<float> part = destination.Slice(start, Math.Min(perWindow, destination.Length - start));
                Span<byte> bytes = window.AsSpan(0, part.Length * size);
                ReadAt(info, (long)start * size, bytes);
                Convert(info.Dtype, bytes, part);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(window);
        }
    }

    private static void Convert(TensorDtype dtype, ReadOnlySpan<byte> source, Span<float> destination)
    {
        if (dtype == TensorDtype.F64)
        {
            ReadOnlySpan<double> values = MemoryMarshal.Cast<byte, double>(source);
            for (int i = 0; i < destination.Length; i++)
                destination[i] = (float)values[i];
        }
        else if (dtype == TensorDtype.F16)
        {
            ReadOnlySpan<Half> values = MemoryMarshal.Cast<byte, Half>(source);
            for (int i = 0; i < destination.Length; i++)
                destination[i] = (float)values[i];
        }
        else
        {
            // bfloat16 is the upper half of a float32.
            ReadOnlySpan<ushort> values = MemoryMarshal.Cast<byte, ushort>(source);
            for (int i = 0; i < destination.Length; i++)
                destination[i] = BitConverter.UInt32BitsToSingle((uint)values[i] << 16);
        }
    }

    private void RequireFinite<T>(string name, ReadOnlySpan<T> values)
        where T : IFloatingPoint<T>
    {
        for (int i = 0; i < values.Length; i++)
        {
            if (!T.IsFinite(values[i]))
                throw Error(name, $"holds {values[i]} at index {i}; expected finite values");
        }
    }

    private void ReadAt(TensorInfo info, long start, Span<byte> destination) =>
        ReadExactly(Path, _handle, info.Name, info.Offset + start, destination);

    private static void ReadExactly(
        string path, SafeFileHandle handle, string field, long offset, Span<byte> destination)
    {
        while (destination.Length > 0)
        {
            int read = RandomAccess.Read(handle, destination, offset);
            if (read == 0)
                throw new CheckpointFormatException(path, field, "ends early: the file was cut meanwhile");
            destination = destination[read..];
            offset += read;
        }
    }

    private CheckpointFormatException Error(string field, string problem) => new(Path, field, problem);
}
