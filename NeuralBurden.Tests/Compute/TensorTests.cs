using NeuralBurden.Compute.Devices.Cpu;
using NeuralBurden.Compute.Tensors;
using Xunit;

namespace NeuralBurden.Tests.Compute;

public class TensorTests
{
    [Fact]
    public void A_negative_extent_is_refused_with_the_extents()
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => new Shape(2, -3));
        Assert.Contains("[2, -3", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_rank_outside_1_to_5_is_refused()
    {
        Assert.Throws<ArgumentException>(() => Shape.Of([]));
        Assert.Throws<ArgumentException>(() => Shape.Of([1, 1, 1, 1, 1, 1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Shape(2, 3)[2]);
    }

    [Fact]
    public void Shapes_of_equal_extents_but_different_rank_differ()
    {
        Assert.NotEqual(new Shape(6), new Shape(6, 1));
        Assert.Equal(new Shape(2, 3, 4), Shape.Of([2, 3, 4]));
        Assert.Equal([2, 3, 4], new Shape(2, 3, 4).ToArray());
        Assert.Equal(3_000_000_000L, new Shape(3, 1000, 1000, 1000).Count);
    }

    [Fact]
    public void A_view_must_keep_the_count_and_stay_in_its_buffer()
    {
        using var device = new CpuDevice(threads: 1);
        var tensor = device.AllocateTensor(new Shape(3, 4), "matrix");
        using var buffer = tensor.Buffer;
        Assert.Equal(new Shape(12), tensor.View(new Shape(12)).Shape);
        var counts = Assert.Throws<ArgumentException>(() => tensor.View(new Shape(5, 2)));
        Assert.Contains("[3, 4]", counts.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => tensor.Slice(8, new Shape(5)));
        Assert.Throws<ArgumentOutOfRangeException>(() => tensor.Slice(-1, new Shape(5)));
        var outside = Assert.Throws<ArgumentOutOfRangeException>(() => new Tensor(tensor.Buffer, 1, new Shape(12)));
        Assert.Contains("'matrix'", outside.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_slice_of_a_slice_reads_the_right_elements()
    {
        using var device = new CpuDevice(threads: 1);
        var tensor = device.AllocateTensor(new Shape(10), "row");
        using var buffer = tensor.Buffer;
        device.Upload((float[])[0, 1, 2, 3, 4, 5, 6, 7, 8, 9], tensor);
        float[] values = new float[2];
        device.Download(tensor.Slice(3, new Shape(5)).Slice(2, new Shape(2)), values);
        Assert.Equal([5, 6], values);
        Assert.Throws<ArgumentOutOfRangeException>(() => tensor.Slice(3, new Shape(5)).Slice(4, new Shape(2)));
    }

    [Fact]
    public void The_absent_tensor_says_so()
    {
        Tensor none = default;
        Assert.True(none.IsNone);
        Assert.Equal(0, none.Count);
        Assert.Equal("none", none.ToString());
        Assert.Throws<InvalidOperationException>(() => none.Buffer);
    }
}
