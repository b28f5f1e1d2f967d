using NeuralBurden.Compute.Contracts;
using NeuralBurden.Compute.Devices;
using NeuralBurden.Compute.Reference;
using Xunit;

namespace NeuralBurden.Tests.Ilgpu;

/// <summary>
/// Every op's GPU kernels against the reference, emulated and on the GPUs that this machine has.
/// </summary>
[Trait("Category", "Ilgpu")]
public class IlgpuConformanceTests
{
    // An emulated barrier costs a millisecond.
    private const int EmulatedCases = 6;
    private const long EmulatedMultiplyAdds = 2_500_000;

    public static TheoryData<string> Ops()
    {
        var data = new TheoryData<string>();
        foreach (var contract in OpContracts.All) data.Add(contract.Name);
        return data;
    }

    [Theory]
    [MemberData(nameof(Ops))]
    public void Op_agrees_with_the_reference_when_emulated(string op)
    {
        using var reference = new ReferenceDevice();
        using var device = EmulatedDevice.Open();
        var result = OpCheck.Run(Contract(op), device, reference, EmulatedCases, EmulatedMultiplyAdds);
        Assert.True(result.Passed, result.ToString());
    }

    [Theory]
    [InlineData("Gemm", 40_000)]
    [InlineData("Attention", 40_000)]
    [InlineData("LayerNorm", 0)]
    [InlineData("CrossEntropy", 0)]
    [InlineData("ColumnSum", 0)]
    [InlineData("ClipByNorm", 0)]
    [InlineData("MatchTokens", 2_000)]
    public void Op_agrees_with_the_reference_in_groups_as_large_as_on_a_GPU(string op, long maxMultiplyAdds)
    {
        using var reference = new ReferenceDevice();
        using var device = EmulatedDevice.OpenWithLargeGroups();
        var result = OpCheck.Run(Contract(op), device, reference, 2, maxMultiplyAdds);
        Assert.True(result.Passed, result.ToString());
    }

    [Theory]
    [MemberData(nameof(Ops))]
    public void Two_runs_of_an_op_agree_bit_by_bit(string op)
    {
        using var device = EmulatedDevice.Open();
        var opCase = Contract(op).Generate(new CaseSource(3));
        Assert.Equal(OpCheck.Execute(device, opCase), OpCheck.Execute(device, opCase));
    }

    [SkippableTheory]
    [MemberData(nameof(Ops))]
    public void Op_agrees_with_the_reference_on_every_GPU(string op)
    {
        var ids = DeviceCatalog.List().Where(l => l.Usable && l.Id.Contains(':')).Select(l => l.Id).ToArray();
        if (Environment.GetEnvironmentVariable("NB_REQUIRE_GPU") == "1")
            Assert.True(ids.Length > 0, "NB_REQUIRE_GPU=1, but no GPU can be used; see nb devices");
        Skip.If(ids.Length == 0, "no usable GPU (NB_REQUIRE_GPU=1 makes this a failure)");
        using var reference = new ReferenceDevice();
        foreach (string id in ids)
        {
            using var device = DeviceCatalog.Open(id);
            var result = OpCheck.Run(Contract(op), device, reference);
            Assert.True(result.Passed, result.ToString());
        }
    }

    private static OpContract Contract(string op) => OpContracts.All.Single(c => c.Name == op);
}
