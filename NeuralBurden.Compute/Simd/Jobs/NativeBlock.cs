using System.Runtime.InteropServices;

namespace NeuralBurden.Compute.Simd.Jobs;

/// <summary>
/// Memory outside the managed heap, on a 64-byte boundary: a cache line, and the widest vector. Large blocks start on a
/// huge page and ask Linux for such pages: a step walks through hundreds of megabytes with strides of a few kilobytes,
/// and with pages of 4 KiB much of its time goes into address translation.
/// </summary>
internal static unsafe partial class NativeBlock
{
    private const nuint Alignment = 64;
    private const nuint HugePage = 2 << 20;
    private const int AdviseHugePages = 14;

    /// <summary>Memory that is not zeroed.</summary>
    /// <exception cref="OutOfMemoryException">The system has no more memory.</exception>
    public static void* Allocate(nuint bytes)
    {
        if (bytes < 2 * HugePage || !OperatingSystem.IsLinux()) return NativeMemory.AlignedAlloc(bytes, Alignment);
        void* block = NativeMemory.AlignedAlloc(bytes, HugePage);
        _ = Advise(block, bytes, AdviseHugePages);
        return block;
    }

    public static void Free(void* block) => NativeMemory.AlignedFree(block);

    // A wish only: a kernel without huge pages refuses, and the memory is as good as any.
    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(void* start, nuint length, int advice);
}
