using System.Runtime.InteropServices;

namespace NeuralBurden.Vit.Files;

/// <summary>
/// Looks, before a file is opened, that it is one: opening a FIFO waits for a writer that may never come, and a device has
/// no end. .NET does not tell; the C library of Linux does. Elsewhere nothing is looked at.
/// </summary>
public static partial class RegularFile
{
    // <linux/stat.h>: struct statx is the same on every processor, 256 bytes with the mode at byte 28.
    private const int CurrentFolder = -100, AskForType = 1, StatxBytes = 256, ModeAt = 28;
    private const int TypeMask = 0xf000, Regular = 0x8000;

    /// <exception cref="IOException">The path leads to something else, if through links; names what.</exception>
    public static void Require(string path)
    {
        if (TypeOf(path) is { } type && type != Regular)
            throw new IOException($"{path}: is {Name(type)}; only regular files are read");
    }

    private static int? TypeOf(string path)
    {
        if (!OperatingSystem.IsLinux()) return null;
        Span<byte> stat = stackalloc byte[StatxBytes];
        try
        {
            // What cannot be looked at, because it is not there say, the attempt to open it explains.
            return Statx(CurrentFolder, path, 0, AskForType, ref MemoryMarshal.GetReference(stat)) == 0
                ? MemoryMarshal.Read<ushort>(stat[ModeAt..]) & TypeMask
                : null;
        }
        catch (EntryPointNotFoundException)
        {
            return null;
        }
    }

    private static string Name(int type) => type switch
    {
        0x1000 => "a FIFO",
        0x2000 => "a character device",
        0x4000 => "a folder",
        0x6000 => "a block device",
        0xc000 => "a socket",
        _ => "no file",
    };

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int folder, string path, int flags, uint mask, ref byte stat);
}
