using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using NeuralBurden.Compute.Devices.Ilgpu;
using NeuralBurden.Compute.GpuParts;
using Xunit;

namespace NeuralBurden.Tests.Ilgpu;

/// <summary>What ILGPU's emulation shows of mistakes that a GPU may hide.</summary>
[Trait("Category", "Ilgpu")]
public sealed class EmulationTests : IDisposable
{
    private readonly Context _context;
    private readonly Accelerator _accelerator;

    public EmulationTests()
    {
        var hardware = new CPUDevice(16, 1, 1);
        _context = Context.Create(builder => Hardware.Configure(builder.CPU(hardware)));
        _accelerator = hardware.CreateAccelerator(_context);
    }

    public void Dispose()
    {
        _accelerator.Dispose();
        _context.Dispose();
    }

    [Fact]
    public void Shared_memory_is_NaN_in_every_group_until_a_thread_writes_to_it()
    {
        const int groups = 3, threads = 16;
        using var seen = _accelerator.Allocate1D<float>(groups * threads);
        using var sums = _accelerator.Allocate1D<float>(groups);
        var kernel = _accelerator.LoadKernel<LookThenSum>(KernelEntry.Run);

        kernel(_accelerator.DefaultStream, (groups, threads), new LookThenSum(seen.View, sums.View));
        _accelerator.Synchronize();

        Assert.All(seen.GetAsArray1D(), value => Assert.True(float.IsNaN(value)));
        Assert.Equal([120f, 120f, 120f], sums.GetAsArray1D());
    }

    /// <summary>ILGPU asserts it, in kernels too; there it ends the process, so that the test looks from outside.</summary>
    [Theory]
    [InlineData(-1)]
    [InlineData(2)]
    public void An_access_beyond_a_view_does_not_pass(int index)
    {
        using var memory = _accelerator.Allocate1D(new float[8]);
        var view = memory.View.SubView(3, 2);
        Assert.ThrowsAny<Exception>(() => view[index] = 1);
        Assert.All(memory.GetAsArray1D(), value => Assert.Equal(0, value));
    }

    /// <summary>Seen[thread] = what shared memory held; Sums[group] = the sum of the indices of its threads.</summary>
    internal readonly record struct LookThenSum(ArrayView<float> Seen, ArrayView<float> Sums) : IKernel
    {
        public void Execute()
        {
            var first = GroupMemory.Allocate<float>(16);
            var second = GroupMemory.Allocate<Float4>(4);
            Seen[(Grid.IdxX * Group.DimX) + Group.IdxX] = first[Group.IdxX] + second[Group.IdxX / 4].A;
            Group.Barrier();
            first[Group.IdxX] = Group.IdxX;
            Group.Barrier();
            if (Group.IdxX != 0) return;
            float sum = 0;
            for (int i = 0; i < Group.DimX; i++) sum += first[i];
            Sums[Grid.IdxX] = sum;
        }
    }
}
