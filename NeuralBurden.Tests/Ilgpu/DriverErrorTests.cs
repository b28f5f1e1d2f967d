using ILGPU.Runtime.OpenCL;
using NeuralBurden.Compute.Devices;
using NeuralBurden.Compute.Devices.Ilgpu;
using NeuralBurden.Compute.GpuParts;
using NeuralBurden.Compute.Ops.Patchify;
using Xunit;

namespace NeuralBurden.Tests.Ilgpu;

[Trait("Category", "Ilgpu")]
public class DriverErrorTests
{
    private static readonly DeviceInfo Card = new("opencl:0", "Card", "opencl", 20, 8L << 30, []);

    [Fact]
    public void A_launch_that_a_driver_refuses_names_the_error_and_the_memory_in_use()
    {
        string doing = $"to launch {DriverErrors.NameOf(typeof(Each<CutPatches>))}";
        var error = DriverErrors.Failure(Card, doing, 6L << 30, new CLException(CLError.CL_OUT_OF_RESOURCES));
        Assert.StartsWith(
            "device 'opencl:0' (Card) failed to launch Each<CutPatches>: CL_OUT_OF_RESOURCES; this program holds "
                + "6.00 GiB of its 8.00 GiB",
            error.Message);
        Assert.Contains("train.batch", error.Message);
    }

    [Fact]
    public void Out_of_memory_says_what_was_asked_and_what_one_buffer_may_have()
    {
        string message = OutOfMemory.Message(Card, "weights", 3L << 30, 1L << 30, 7L << 30, 2L << 30);
        Assert.Contains(
            "asked 3.00 GiB for 'weights', but one buffer may have 2.00 GiB at most, this program holds 1.00 GiB, "
                + "free 7.00 GiB of 8.00 GiB",
            message);
        Assert.DoesNotContain("one buffer", OutOfMemory.Message(Card, "weights", 1, 0, 1, 2));
    }
}
