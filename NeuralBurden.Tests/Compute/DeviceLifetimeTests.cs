using NeuralBurden.Compute.Devices;
using NeuralBurden.Compute.Devices.Cpu;
using NeuralBurden.Compute.Devices.Reference;
using NeuralBurden.Compute.Tensors;
using Xunit;

namespace NeuralBurden.Tests.Compute;

public class DeviceLifetimeTests
{
    public static TheoryData<string> Devices => [.. TestDevices.All.Keys.Append("reference")];

    [Theory]
    [MemberData(nameof(Devices))]
    public void A_buffer_alive_at_disposal_is_an_error_that_names_it(string name)
    {
        var device = Open(name);
        device.Allocate(3, ElementType.Float32, "freed").Dispose();
        device.Allocate(5, ElementType.Int32, "forgotten labels");
        var error = Assert.Throws<InvalidOperationException>(device.Dispose);
        Assert.Contains("forgotten labels", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("freed", error.Message, StringComparison.Ordinal);
        device.Dispose();
    }

    [Theory]
    [MemberData(nameof(Devices))]
    public void Buffers_are_zero_filled_and_counted_until_disposed(string name)
    {
        using var device = Open(name);
        var tensor = device.AllocateTensor(new Shape(100), "zeros");
        float[] values = Enumerable.Repeat(1f, 100).ToArray();
        device.Download(tensor, values);
        Assert.All(values, x => Assert.Equal(0, x));
        Assert.Equal(400, device.AllocatedBytes);
        tensor.Buffer.Dispose();
        tensor.Buffer.Dispose();
        Assert.Equal(0, device.AllocatedBytes);
    }

    [Theory]
    [MemberData(nameof(Devices))]
    public void A_transfer_of_the_wrong_length_or_type_is_refused(string name)
    {
        using var device = Open(name);
        var tensor = device.AllocateTensor(new Shape(4), "four");
        using var buffer = tensor.Buffer;
        Assert.Throws<ArgumentException>(() => device.Upload(new float[3], tensor));
        Assert.Throws<ArgumentException>(() => device.Upload(new int[4], tensor));
        Assert.Throws<ArgumentException>(() => device.Download(tensor, new float[5]));
    }

    [Fact]
    public void Threads_and_vector_widths_that_do_not_exist_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new CpuDevice(threads: -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new CpuDevice(vectorBits: 64));
    }

    private static Device Open(string name) => name == "reference" ? new ReferenceDevice() : TestDevices.All[name]();
}
