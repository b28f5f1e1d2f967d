using NeuralBurden.Compute.Contracts;
using NeuralBurden.Compute.Devices;
using NeuralBurden.Compute.Reference;
using NeuralBurden.Compute.Tensors;
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
        foreach (var (opCase, origin) in CasesOf(contract))
        {
            var expected = Execute(reference, opCase);
            var actual = Execute(device, opCase);
            for (int i = 0; i < opCase.Arguments.Count; i++)
            {
                if (!opCase.Arguments[i].IsOutput) continue;
                string where = $"{op} on {deviceName}, {origin} ({opCase.Description}), '{opCase.Arguments[i].Name}'";
                string? difference = opCase.Arguments[i].Type == ElementType.Int32
                    ? Tolerance.Exact.Compare(expected[i], actual[i])
                    : contract.Tolerance.Compare(expected[i], actual[i]);
                Assert.True(difference is null, $"{where}: {difference}");
            }
        }
    }

    /// <summary>All arguments after the op has run, as floats.</summary>
    internal static float[][] Execute(Device device, OpCase opCase)
    {
        var tensors = opCase.Arguments.Select(a => a.Place(device)).ToArray();
        opCase.Run(device, tensors);
        device.Synchronize();
        var results = new float[tensors.Length][];
        for (int i = 0; i < tensors.Length; i++)
        {
            results[i] = new float[tensors[i].Count];
            if (opCase.Arguments[i].Type == ElementType.Float32)
            {
                device.Download(tensors[i], results[i]);
            }
            else if (opCase.Arguments[i].Type == ElementType.Int32)
            {
                var ints = new int[tensors[i].Count];
                device.Download(tensors[i], ints);
                for (int k = 0; k < ints.Length; k++) results[i][k] = ints[k];
            }

            tensors[i].Buffer.Dispose();
        }

        return results;
    }

    private static IEnumerable<(OpCase Case, string Origin)> CasesOf(OpContract contract)
    {
        int number = 0;
        foreach (var edge in contract.EdgeCases()) yield return (edge, $"edge case {number++}");
        for (ulong seed = 0; seed < GeneratedCases; seed++)
            yield return (contract.Generate(new CaseSource(seed)), $"seed {seed}");
    }
}
