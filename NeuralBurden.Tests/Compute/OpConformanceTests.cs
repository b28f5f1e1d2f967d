using NeuralBurden.Compute.Contracts;
using NeuralBurden.Compute.Devices.Reference;
using Xunit;

namespace NeuralBurden.Tests.Compute;

/// <summary>Every op on every device against the reference, over generated lopsided shapes.</summary>
[Trait("Category", "Simd")]
public class OpConformanceTests
{
    private const int GeneratedCases = 40;

    public static TheoryData<string, string> OpsAndDevices()
    {
        var data = new TheoryData<string, string>();
        foreach (var contract in OpContracts.All)
        {
            foreach (string device in TestDevices.All.Keys) data.Add(contract.Name, device);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(OpsAndDevices))]
    public void Op_agrees_with_the_reference(string op, string deviceName)
    {
        var contract = OpContracts.All.Single(c => c.Name == op);
        using var reference = new ReferenceDevice();
        using var device = TestDevices.All[deviceName]();
        var result = OpCheck.Run(contract, device, reference, GeneratedCases);
        Assert.True(result.Passed, $"{deviceName}: {result}");
    }
}
