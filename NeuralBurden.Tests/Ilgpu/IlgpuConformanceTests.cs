using NeuralBurden.Compute.Contracts;
using NeuralBurden.Compute.Devices;
using NeuralBurden.Compute.Devices.Reference;
using NeuralBurden.Compute.Tensors;
using Xunit;

namespace NeuralBurden.Tests.Ilgpu;

/// <summary>
/// Every op's GPU kernels against the reference, emulated and on the GPUs that this machine has.
/// </summary>
[Trait("Category", "Ilgpu")]
[Collection(EmulatedCollection.Name)]
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
    [InlineData("SelectLargest", 0)]
    [InlineData("SelectInGroups", 0)]
    [InlineData("AssembleTokens", 0)]
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
        string[] ids = GpusOrSkip();
        using var reference = new ReferenceDevice();
        foreach (string id in ids)
        {
            using var device = DeviceCatalog.Open(id);
            var result = OpCheck.Run(Contract(op), device, reference);
            Assert.True(result.Passed, result.ToString());
        }
    }

    /// <summary>What the driver keeps of one kernel must not reach another.</summary>
    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public void Ops_agree_with_the_reference_one_after_another_on_one_GPU(bool reversed)
    {
        using var reference = new ReferenceDevice();
        foreach (string id in GpusOrSkip())
        {
            using var device = DeviceCatalog.Open(id);
            foreach (var contract in reversed ? OpContracts.All.Reverse() : OpContracts.All)
            {
                var result = OpCheck.Run(contract, device, reference, 2);
                Assert.True(result.Passed, result.ToString());
            }
        }
    }

    [Fact]
    public void Part_of_a_tensor_is_uploaded_copied_and_cleared_alone_when_emulated()
    {
        using var device = EmulatedDevice.Open();
        AssertPartsMoveAlone(device);
    }

    [SkippableFact]
    public void Part_of_a_tensor_is_uploaded_copied_and_cleared_alone_on_every_GPU()
    {
        foreach (string id in GpusOrSkip())
        {
            using var device = DeviceCatalog.Open(id);
            AssertPartsMoveAlone(device);
        }
    }

    private static void AssertPartsMoveAlone(Device device)
    {
        var tensor = device.AllocateTensor(new Shape(1000), "whole");
        using var buffer = tensor.Buffer;
        float[] expected = Enumerable.Range(1, 1000).Select(i => (float)i).ToArray();
        device.Upload(expected, tensor);
        device.Upload([-1f, -2f, -3f], tensor.Slice(600, new Shape(3)));
        (expected[600], expected[601], expected[602]) = (-1, -2, -3);
        device.Copy(tensor.Slice(600, new Shape(3)), tensor.Slice(10, new Shape(3)));
        expected.AsSpan(600, 3).CopyTo(expected.AsSpan(10));
        device.Clear(tensor.Slice(123, new Shape(7)));
        expected.AsSpan(123, 7).Clear();
        device.Clear(tensor.Slice(999, new Shape(1)));
        expected[999] = 0;
        float[] values = new float[1000];
        device.Download(tensor, values);
        Assert.Equal(expected, values);
        device.Download(tensor.Slice(602, new Shape(2)), values.AsSpan(0, 2));
        Assert.Equal([-3f, 604f], values[..2]);
    }

    private static string[] GpusOrSkip()
    {
        string[] ids = DeviceCatalog.List().Where(l => l.Usable && l.Id.Contains(':')).Select(l => l.Id).ToArray();
        if (Environment.GetEnvironmentVariable("NB_REQUIRE_GPU") == "1")
            Assert.True(ids.Length > 0, "NB_REQUIRE_GPU=1, but no GPU can be used; see nb devices");
        Skip.If(ids.Length == 0, "no usable GPU (NB_REQUIRE_GPU=1 makes this a failure)");
        return ids;
    }

    private static OpContract Contract(string op) => OpContracts.All.Single(c => c.Name == op);
}
