using System.Text;

namespace NeuralBurden.Vit.Files;

/// <summary>
/// Writes a file so that a reader, a crash, a kill -9, a power cut or a full disk finds either the old
/// content or the new one, never a part: the bytes go to a temporary name in the same folder, are flushed to
/// the disk, and the name is replaced in one rename, which is then made durable by syncing the folder.
/// </summary>
/// <remarks>Every failure is an <see cref="IOException"/> that names the path; the temporary file is
/// removed.</remarks>
public static class AtomicFile
{
    private const string TemporarySuffix = ".nbtmp";
    private const int BufferBytes = 1 << 16;

    /// <summary>Replaces <paramref name="path"/> by what <paramref name="write"/> puts into the
    /// stream.</summary>
    /// <param name="path">Its folder exists already.</param>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string target = Path.GetFullPath(path);
        string folder = Path.GetDirectoryName(target)
            ?? throw new IOException($"cannot write '{path}': it is a folder");
        string temporary = Path.Combine(
            folder, $".{Path.GetFileName(target)}.{Guid.NewGuid():N}{TemporarySuffix}");
        try
        {
            using (var stream = new FileStream(
                temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, BufferBytes))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }
            File.Move(temporary, target, overwrite: true);
            FolderSync.Flush(folder);
        }
        catch (Exception e)
        {
            TryDelete(temporary);
            if (e is IOException or UnauthorizedAccessException)
                throw new IOException($"cannot write '{path}': {SystemReason.Of(e)}", e);
            throw;
        }
    }

    public static void WriteAllBytes(string path, ReadOnlyMemory<byte> bytes) =>
        Write(path, stream => stream.Write(bytes.Span));

    /// <summary>UTF-8 without a byte-order mark.</summary>
    public static void WriteAllText(string path, string text) =>
        WriteAllBytes(path, Encoding.UTF8.GetBytes(text));

    /// <summary>Creates the folder if need be and proves that a file can be written in it, before hours of
    /// work rely on it.</summary>
    public static void RequireWritable(string folder)
    {
        try
        {
            FolderSync.Create(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"cannot create the folder '{folder}': {SystemReason.Of(e)}", e);
        }
        string probe = Path.Combine(folder, $".probe.{Guid.NewGuid():N}{TemporarySuffix}");
        try
        {
            WriteAllText(probe, "probe");
            File.Delete(probe);
        }
        catch (IOException e)
        {
            throw new IOException($"cannot write into the folder '{folder}': {SystemReason.Of(e.InnerException ?? e)}", e);
        }
    }

    /// <summary>
    /// Deletes the temporary files that killed processes left in <paramref name="folder"/>. A file that is being
    /// written is locked, and stays.
    /// </summary>
    /// <returns>How many were deleted.</returns>
    public static int RemoveLeftovers(string folder)
    {
        if (!Directory.Exists(folder))
            return 0;
        return Directory.EnumerateFiles(folder, ".*" + TemporarySuffix).Count(file => IsAbandoned(file) && TryDelete(file));
    }

    private static bool IsAbandoned(string path)
    {
        try
        {
            using var held = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static bool TryDelete(string path)
    {
        try
        {
            bool existed = File.Exists(path);
            File.Delete(path);
            return existed;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false; // the failure that led here is the one to report
        }
    }
}
