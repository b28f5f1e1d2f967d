using NeuralBurden.Compute.Devices.Cpu;
using NeuralBurden.Compute.Tensors;
using Xunit;

namespace NeuralBurden.Tests.Compute;

public class WorkspaceTests
{
    [Fact]
    public void From_the_second_step_on_one_buffer_is_reused_and_nothing_is_allocated()
    {
        using var device = new CpuDevice(threads: 1);
        using var workspace = new Workspace(device, "step");
        var first = Step(workspace);
        Assert.True(first.Distinct().Count() > 1, "the first step is meant to outgrow its first buffer");
        workspace.Reset();

        var planned = Step(workspace);
        Assert.Single(planned.Distinct());
        long bytes = device.AllocatedBytes;
        for (int step = 0; step < 3; step++)
        {
            workspace.Reset();
            long before = GC.GetAllocatedBytesForCurrentThread();
            var buffer = workspace.Take(new Shape(1000)).Buffer;
            workspace.Take(new Shape(50, 3));
            workspace.Take(new Shape(7000));
            Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
            Assert.Same(planned[0], buffer);
            Assert.Equal(bytes, device.AllocatedBytes);
        }
    }

    [Fact]
    public void Pieces_of_a_step_do_not_overlap()
    {
        using var device = new CpuDevice(threads: 1);
        using var workspace = new Workspace(device, "step");
        Step(workspace);
        workspace.Reset();
        Tensor[] pieces = [.. new[] { 1, 17, 16, 3 }.Select(n => workspace.Take(new Shape(n)))];
        for (int i = 0; i < pieces.Length; i++)
            device.Upload(Enumerable.Repeat((float)i, (int)pieces[i].Count).ToArray(), pieces[i]);
        for (int i = 0; i < pieces.Length; i++)
        {
            float[] values = new float[pieces[i].Count];
            device.Download(pieces[i], values);
            Assert.All(values, x => Assert.Equal(i, x));
        }
    }

    [Fact]
    public void A_larger_step_grows_the_plan()
    {
        using var device = new CpuDevice(threads: 1);
        using var workspace = new Workspace(device, "step");
        workspace.Take(new Shape(100));
        workspace.Reset();
        workspace.Take(new Shape(5000));
        workspace.Reset();
        Assert.True(workspace.PlannedBytes >= 4 * 5000);
        Assert.True(device.AllocatedBytes >= 4 * 5000);
    }

    private static DeviceBuffer[] Step(Workspace workspace) =>
        [
            workspace.Take(new Shape(1000)).Buffer,
            workspace.Take(new Shape(50, 3)).Buffer,
            workspace.Take(new Shape(7000)).Buffer,
        ];
}
