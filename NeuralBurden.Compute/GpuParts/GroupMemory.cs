using ILGPU;
using ILGPU.Frontend.Intrinsic;

namespace NeuralBurden.Compute.GpuParts;

/// <summary>
/// Memory that the threads of a group share. It holds anything at first; on ILGPU's emulation every bit of it is 1, NaN
/// or -1, so that a read before the write shows in a result.
/// </summary>
internal static class GroupMemory
{
    /// <summary>Called by all threads of the group alike.</summary>
    public static ArrayView<T> Allocate<T>(int length)
        where T : unmanaged
    {
        var memory = SharedMemory.Allocate<T>(length);
        Fill(memory.Cast<int>());
        return memory;
    }

    /// <summary>For the emulation, which runs this very code.</summary>
    public static void Fill(ArrayView<int> words)
    {
        for (int i = Group.IdxX; i < words.Length; i += Group.DimX) words[i] = -1;
        Group.Barrier();
    }

    /// <summary>Whatever ILGPU translates for a GPU has nothing in its place. Before the first translation.</summary>
    public static void RegisterForGpus() =>
        RemappedIntrinsics.AddRemapping(typeof(GroupMemory), typeof(OnGpus), nameof(Fill), typeof(ArrayView<int>));

    private static class OnGpus
    {
        public static void Fill(ArrayView<int> _)
        {
        }
    }
}
