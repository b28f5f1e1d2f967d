using NeuralBurden.Compute.Devices;
using Xunit;

namespace NeuralBurden.Tests.Ilgpu;

[Trait("Category", "Ilgpu")]
public class DeviceCatalogTests
{
    [Fact]
    public void Every_kind_is_listed_and_what_cannot_be_used_has_a_reason()
    {
        var listings = DeviceCatalog.List();
        foreach (string kind in (string[])["cpu", "reference", "cuda", "opencl", "ilgpu-cpu"])
            Assert.Contains(listings, l => l.Id.Split(':')[0] == kind);
        Assert.All(listings, l => Assert.Equal(l.Usable, l.Reason.Length == 0));
        Assert.All(listings.Where(l => l.Usable), l => Assert.True(l.MemoryBytes > 0 && l.Name.Length > 0, l.Id));
    }

    [Fact]
    public void What_is_listed_as_usable_opens_under_its_own_id()
    {
        foreach (string id in DeviceCatalog.List().Where(l => l.Usable).Select(l => l.Id))
        {
            using var device = DeviceCatalog.Open(id);
            Assert.Equal(id, device.Info.Id);
        }
    }

    [Theory]
    [InlineData("cuda:97")]
    [InlineData("opencl:-1")]
    [InlineData("gpu")]
    [InlineData("")]
    public void An_id_that_does_not_exist_is_refused_with_those_that_do(string id)
    {
        var error = Assert.Throws<DeviceUnavailableException>(() => DeviceCatalog.Open(id));
        Assert.Contains($"'{id}'", error.Message);
        Assert.Contains("available: cpu, reference", error.Message);
    }
}
