using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ILGPU;
using ILGPU.Frontend.Intrinsic;

namespace NeuralBurden.Compute.GpuParts;

/// <summary>
/// What tensor cores do, for ILGPU's emulation: every thread gives its rounded factors to the group's shared memory, and sums
/// from there by the tables of the instruction. So that the kernel around it, its tiles and places are the very same.
/// </summary>
internal static class WarpEmulation
{
    private const int Lanes = 32, Steps = 8;

    // An emulated thread is one of the operating system.
    [ThreadStatic]
    private static ArrayView<float> _exchange;

    /// <summary>Declares the memory of the exchange, where there is one: called by all threads of the group alike.</summary>
    public static void Begin() => _exchange = GroupMemory.Allocate<float>(WarpOperands.Words * GpuParts.Lanes.MaxThreads);

    /// <inheritdoc cref="IWarpFormat.AddStep"/>
    public static WarpSums AddStep<TFormat>(WarpSums sums, WarpOperands operands)
        where TFormat : struct, IWarpFormat
    {
        int t = Group.IdxX, lane = t % Lanes, warp = t - lane, pair = 2 * (lane % 4);
        var words = MemoryMarshal.CreateReadOnlySpan(ref Unsafe.As<WarpOperands, float>(ref operands), WarpOperands.Words);
        var elements = MemoryMarshal.CreateSpan(ref Unsafe.As<WarpSums, float>(ref sums), WarpSums.Words);
        var shared = _exchange;

        // All have read what was there before.
        Group.Barrier();
        for (int i = 0; i < words.Length; i++) shared[(t * WarpOperands.Words) + i] = TFormat.Round(words[i]);
        Group.Barrier();
        for (int i = 0; i < elements.Length; i++)
        {
            int tileRow = i / 16, tileColumn = i / 4 % 4, isLower = i / 2 % 2, column = pair + (i % 2);
            for (int k = 0; k < Steps; k++)
            {
                var (of, word) = TFormat.PlaceOf(k);
                int a = WarpOperands.Words * (warp + (lane / 4 * 4) + of), b = WarpOperands.Words * (warp + (column * 4) + of);
                elements[i] += shared[a + (4 * tileRow) + (2 * word) + isLower]
                    * shared[b + WarpOperands.WordsOfA + (2 * tileColumn) + word];
            }
        }

        return sums;
    }

    /// <summary>As <see cref="GroupMemory.RegisterForGpus"/>.</summary>
    public static void RegisterForGpus() => RemappedIntrinsics.AddRemapping(
        typeof(WarpEmulation), typeof(OnGpus), nameof(Begin));

    private static class OnGpus
    {
        public static void Begin()
        {
        }
    }
}
