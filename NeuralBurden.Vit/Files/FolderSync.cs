using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace NeuralBurden.Vit.Files;

/// <summary>
/// fsync of a folder, which makes a rename in it survive a power cut. .NET opens no folders, hence the calls
/// into the C library. Windows journals renames and has no counterpart.
/// </summary>
internal static partial class FolderSync
{
    private const int ReadOnly = 0;
    private const int AccessDenied = 13;
    private const int InvalidArgument = 22;
    private const int NotSupportedLinux = 95;
    private const int NotSupportedMac = 45;

    /// <summary>Creates a folder with those above it, and makes their names survive a power cut.</summary>
    public static void Create(string folder)
    {
        string path = Path.GetFullPath(folder);
        if (Directory.Exists(path)) return;
        string? parent = Path.GetDirectoryName(path);
        if (parent is not null) Create(parent);
        Directory.CreateDirectory(path);
        if (parent is not null) Flush(parent);
    }

    public static void Flush(string folder)
    {
        if (OperatingSystem.IsWindows())
            return;
        int descriptor = Open(folder, ReadOnly);
        // A folder may be writable and yet not readable; its renames then are as durable as they get.
        if (descriptor < 0 && Marshal.GetLastPInvokeError() == AccessDenied)
            return;
        if (descriptor < 0)
            throw Error("open", folder);
        using var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        // Some network and overlay file systems sync no folders at all.
        if (Sync(handle) != 0
            && Marshal.GetLastPInvokeError() is not (InvalidArgument or NotSupportedLinux or NotSupportedMac))
        {
            throw Error("sync", folder);
        }
    }

    private static IOException Error(string verb, string folder) =>
        new($"cannot {verb} the folder '{folder}': {Marshal.GetLastPInvokeErrorMessage()}");

    [LibraryImport(
        "libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(SafeFileHandle handle);
}
