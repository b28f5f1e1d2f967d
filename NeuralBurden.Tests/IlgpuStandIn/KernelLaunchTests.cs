using ILGPU;
using NeuralBurden.Compute.Ilgpu.Kernels;
using Xunit;

namespace NeuralBurden.Tests.IlgpuStandIn;

/// <summary>The stand-in notices what would go wrong on a GPU.</summary>
[Trait("Category", "Ilgpu")]
public class KernelLaunchTests
{
    [Fact]
    public void A_barrier_separates_writes_from_reads()
    {
        var sums = new float[3];
        KernelLaunch.Run(new SumOfThreads(new ArrayView<float>(sums, 0, 3)), 3, 16);
        Assert.Equal([120f, 120f, 120f], sums);
    }

    [Fact]
    public void Threads_that_pass_different_numbers_of_barriers_are_an_error() =>
        Assert.Throws<InvalidOperationException>(() => KernelLaunch.Run(default(Divergent), 1, 4));

    [Fact]
    public void An_access_beyond_a_view_is_an_error()
    {
        var view = new ArrayView<float>(new float[8], 0, 2);
        Assert.Throws<IndexOutOfRangeException>(() => KernelLaunch.Run(new SumOfThreads(view), 3, 16));
    }

    /// <summary>sums[group] = the sum of the indices of its threads.</summary>
    private readonly record struct SumOfThreads(ArrayView<float> Sums) : IKernel
    {
        public void Execute()
        {
            var shared = SharedMemory.Allocate<float>(16);
            shared[Group.IdxX] = Group.IdxX;
            Group.Barrier();
            if (Group.IdxX != 0) return;
            for (int i = 0; i < Group.DimX; i++) Sums[Grid.IdxX] += shared[i];
        }
    }

    /// <summary>Thread 0 ends while the others wait for it.</summary>
    private readonly struct Divergent : IKernel
    {
        public void Execute()
        {
            Group.Barrier();
            if (Group.IdxX == 0) return;
            Group.Barrier();
        }
    }
}
