using NeuralBurden.Compute.Devices;
using NeuralBurden.Compute.Devices.Reference;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Contracts;

/// <summary>
/// Runs cases of an op on a device and compares every output with <see cref="ReferenceDevice"/>, within the
/// tolerance of the contract. Tests, <c>nb check</c> and benchmarks all ask here whether an op is right.
/// </summary>
public static class OpCheck
{
    /// <summary>The edge cases of a contract and as many generated ones, by seed 0, 1, ...</summary>
    /// <param name="contract">The op.</param>
    /// <param name="device">The device in question.</param>
    /// <param name="reference">The oracle.</param>
    /// <param name="generatedCases">How many seeds.</param>
    /// <param name="maxMultiplyAdds">Leaves out larger cases, for emulated devices.</param>
    /// <exception cref="DeviceUnavailableException">No memory, or a kernel that does not compile.</exception>
    public static OpCheckResult Run(
        OpContract contract,
        Device device,
        ReferenceDevice reference,
        int generatedCases = 40,
        long maxMultiplyAdds = long.MaxValue)
    {
        int cases = 0, leftOut = 0;
        var differences = new List<string>();
        foreach (var (opCase, origin) in CasesOf(contract, generatedCases))
        {
            if ((opCase.Cost + opCase.BackwardCost).MultiplyAdds > maxMultiplyAdds)
            {
                leftOut++;
                continue;
            }

            cases++;
            string? difference = Compare(contract, opCase, device, reference);
            if (difference is not null) differences.Add($"{origin} ({opCase.Description}), {difference}");
        }

        return new OpCheckResult(contract.Name, device.Info.Id, cases, leftOut, differences);
    }

    /// <summary>Null where all outputs of one case agree, else the first differences.</summary>
    public static string? Compare(
        OpContract contract, OpCase opCase, Device device, ReferenceDevice reference)
    {
        float[][] expected = Execute(reference, opCase);
        float[][] actual = Execute(device, opCase);
        for (int i = 0; i < opCase.Arguments.Count; i++)
        {
            var argument = opCase.Arguments[i];
            if (!argument.IsOutput) continue;
            var tolerance = argument.Type == ElementType.Int32 ? Tolerance.Exact : contract.Tolerance;
            string? difference = tolerance.Compare(expected[i], actual[i]);
            if (difference is not null) return $"'{argument.Name}': {difference}";
        }

        return null;
    }

    /// <summary>All arguments after the op has run, as floats.</summary>
    public static float[][] Execute(Device device, OpCase opCase)
    {
        using var placed = new PlacedArguments(opCase, device);
        opCase.Run(device, placed);
        return [.. opCase.Arguments.Select((a, i) => Fetch(device, a, placed[i]))];
    }

    private static float[] Fetch(Device device, OpArgument argument, in Tensor tensor)
    {
        float[] values = new float[tensor.Count];
        if (argument.Type == ElementType.Float32) device.Download(tensor, values);
        if (argument.Type != ElementType.Int32) return values;
        int[] ints = new int[tensor.Count];
        device.Download(tensor, ints);
        // A float has no room for all bits of a word of a mask: the lowest ones follow behind.
        return [.. Array.ConvertAll(ints, x => (float)x), .. Array.ConvertAll(ints, x => (float)(x & 0xFF))];
    }

    private static IEnumerable<(OpCase Case, string Origin)> CasesOf(OpContract contract, int generatedCases)
    {
        int number = 0;
        foreach (var edge in contract.EdgeCases()) yield return (edge, $"edge case {number++}");
        for (int seed = 0; seed < generatedCases; seed++)
            yield return (contract.Generate(new CaseSource((ulong)seed)), $"seed {seed}");
    }
}
