using NeuralBurden.Compute.Contracts;

namespace NeuralBurden.Compute.Benchmarks;

/// <summary>The ops of a training step at its sizes, driven by the list of contracts: a listed op is benchmarked.</summary>
public static class OpWorkloads
{
    // An op without shapes of its own is measured on the largest of this many generated cases.
    private const int GeneratedCases = 16;

    /// <summary>Made one after the other, since each holds its arguments in host memory.</summary>
    public static IEnumerable<OpWorkload> Of(StepExtents extents)
    {
        foreach (var contract in OpContracts.All)
        {
            foreach (var workload in Of(contract, extents)) yield return workload;
        }
    }

    /// <summary>All workloads of one op, at least one.</summary>
    public static IEnumerable<OpWorkload> Of(OpContract contract, StepExtents extents)
    {
        var shaped = contract.Name switch
        {
            "Gemm" => GemmWorkloads.Of(contract, extents),
            "SparseGemm" => SparseWorkloads.Products(contract, extents),
            "SparseWeightGradient" => SparseWorkloads.Gradients(contract, extents),
            "SparseRefresh" => SparseWorkloads.Refresh(contract, extents),
            "Attention" or "LayerNorm" or "Gelu" or "ColumnSum" or "CrossEntropy" => LayerWorkloads.Of(contract, extents),
            "MeanKeys" or "MatchTokens" or "MergeTokens" => MergeWorkloads.Of(contract, extents),
            "LoadImages" or "Patchify" or "AssembleTokens" or "PoolTokens" => ImageWorkloads.Of(contract, extents),
            "AdamW" or "Sgd" or "Axpby" or "ClipByNorm" or "ApplyMask" or "MaskGradient" =>
                ParameterWorkloads.Of(contract, extents),
            _ => Largest(contract),
        };
        return shaped;
    }

    private static IEnumerable<OpWorkload> Largest(OpContract contract)
    {
        OpCase? largest = null;
        for (int seed = 0; seed < GeneratedCases; seed++)
        {
            var next = contract.Generate(new CaseSource((ulong)seed));
            if (largest is null || next.Cost.Bytes > largest.Cost.Bytes) largest = next;
        }

        yield return new OpWorkload(contract, contract.Name, largest!);
    }
}
