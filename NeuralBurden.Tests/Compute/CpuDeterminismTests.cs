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
            var expected = OpCheck.Execute(one, opCase);
            var actual = OpCheck.Execute(many, opCase);
            for (int i = 0; i < expected.Length; i++)
            {
                Assert.True(
                    expected[i].Select(BitConverter.SingleToInt32Bits).SequenceEqual(
                        actual[i].Select(BitConverter.SingleToInt32Bits)),
                    $"{op} ({opCase.Description}): '{opCase.Arguments[i].Name}' depends on the number of threads");
            }
        }
    }

    // Cases of the sparse ops build their matrix while they run; SparseProductTests repeats the ops alone.
    public static TheoryData<string> DenseOps =>
        [.. OpContracts.All.Select(c => c.Name).Where(name => !name.StartsWith("Sparse", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(DenseOps))]
    public void A_repeated_op_allocates_nothing(string op)
    {
        var contract = OpContracts.All.Single(c => c.Name == op);
        using var device = new CpuDevice(threads: 2);
        foreach (var opCase in Cases(contract).Take(3))
        {
            var tensors = opCase.Arguments.Select(a => a.Place(device)).ToArray();
            for (int i = 0; i < 3; i++) opCase.Run(device, tensors);
            long before = GC.GetAllocatedBytesForCurrentThread();
            opCase.Run(device, tensors);
            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            foreach (var tensor in tensors) tensor.Buffer.Dispose();
            Assert.True(allocated == 0, $"{op} ({opCase.Description}) allocated {allocated} bytes");
        }
    }

    private static IEnumerable<OpCase> Cases(OpContract contract) =>
        Enumerable.Range(100, 6).Select(s => contract.Generate(new CaseSource((ulong)s))).Concat(contract.EdgeCases());
}
