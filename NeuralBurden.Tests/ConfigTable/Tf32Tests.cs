using NeuralBurden.Pruning.Errors;
using NeuralBurden.Vit.ConfigTable;
using NeuralBurden.Vit.Settings;
using Xunit;

namespace NeuralBurden.Tests.ConfigTable;

public class Tf32Tests
{
    [Theory]
    [InlineData("cpu")]
    [InlineData("opencl:0")]
    public void Tf32_is_refused_where_no_cuda_device_computes(string device)
    {
        var error = Assert.Throws<SettingException>(
            () => ConfigRules.Check(RunConfig.Default with { Device = device, Tf32 = true }));
        Assert.Contains("tf32", error.Message, StringComparison.Ordinal);
        Assert.Contains(device, error.Message, StringComparison.Ordinal);
        ConfigRules.Check(RunConfig.Default with { Device = "cuda:1", Tf32 = true });
    }
}
