using NeuralBurden.Compute.Contracts;
using NeuralBurden.Compute.Devices.Cpu;
using Xunit;

namespace NeuralBurden.Tests.Compute;

/// <summary>What the CPU device promises beyond right results.</summary>
public class CpuDeterminismTests
{
    public static TheoryData<string> Ops => [.. OpContracts.All.Select(c => c.Name)];

    [Theory]
    [MemberData(nameof(Ops))]
    public void Any_number_of_threads_gives_bitwise_the_same(string op)
    {
        var contract = OpContracts.All.Single(c => c.Name == op);
        using var one = new CpuDevice(threads: 1);
        using var many = new CpuDevice(threads: 4);
        foreach (var opCase in Cases(contract))
        {
            float[][] expected = OpCheck.Execute(one, opCase);
            float[][] actual = OpCheck.Execute(many, opCase);
            for (int i = 0; i < expected.Length; i++)
            {
                Assert.True(
                    expected[i].Select(BitConverter.SingleToInt32Bits).SequenceEqual(
                        actual[i].Select(BitConverter.SingleToInt32Bits)),
                    $"{op} ({opCase.Description}): '{opCase.Arguments[i].Name}' depends on the number of threads");
            }
        }
    }

    // An MLP that is not fused asks for room for its hidden units where a caller keeps none.
    public static TheoryData<string> OpsWithoutRoom => [.. OpContracts.All.Select(c => c.Name).Except(["SparseMlp"])];

    [Theory]
    [MemberData(nameof(OpsWithoutRoom))]
    public void A_repeated_op_allocates_nothing(string op)
    {
        var contract = OpContracts.All.Single(c => c.Name == op);
        using var device = new CpuDevice(threads: 2);
        foreach (var opCase in Cases(contract).Take(3))
        {
            using var arguments = new PlacedArguments(opCase, device);
            for (int i = 0; i < 3; i++) opCase.Run(device, arguments);
            long before = GC.GetAllocatedBytesForCurrentThread();
            opCase.Run(device, arguments);
            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(allocated == 0, $"{op} ({opCase.Description}) allocated {allocated} bytes");
        }
    }

    private static IEnumerable<OpCase> Cases(OpContract contract) =>
        Enumerable.Range(100, 6).Select(s => contract.Generate(new CaseSource((ulong)s))).Concat(contract.EdgeCases());
}
