using NeuralBurden.Compute.Benchmarks;
using NeuralBurden.Compute.Contracts;
using NeuralBurden.Compute.Devices;
using NeuralBurden.Compute.Devices.Reference;
using NeuralBurden.Compute.Ops.Gemm;

namespace NeuralBurden.Bench.Blas;

/// <summary>
/// A host device and OpenBLAS on the matrix products of a ViT's linear layers and on its attention. Both are checked
/// against the reference; neither gets a number where one of them fails.
/// </summary>
public sealed class OpenBlasComparison(Device device, OpenBlas library, MeasuringOptions options)
{
    private static readonly int[] Squares = [512, 1024];

    public Action<string>? Progress { get; init; }

    /// <summary>512^3 and 1024^3, which do not depend on the model.</summary>
    public IEnumerable<OpenBlasResult> RunSquares(CancellationToken cancellation = default)
    {
        foreach (int n in Squares) yield return Gemm($"{n}^3", 0, GemmForm.NT, n, n, n, cancellation);
    }

    /// <summary>Forward, dX and dW of the linear layers of one width, then attention forward.</summary>
    public IEnumerable<OpenBlasResult> Run(StepExtents e, CancellationToken cancellation = default)
    {
        foreach (var (name, form, m, n, k) in GemmShapes.Of(e))
            yield return Gemm(name, e.Dim, form, m, n, k, cancellation);
        yield return Attention(e, cancellation);
    }

    private OpenBlasResult Gemm(
        string name, int dim, GemmForm form, int m, int n, int k, CancellationToken cancellation)
    {
        library.SetThreads(device.Info.Units);
        var contract = new GemmContract();
        var opCase = GemmContract.Case(new CaseSource(7), form, m, n, k, EpilogueKind.None);
        float[][] expected = Expected(name, dim, opCase);
        var theirs = new OpenBlasGemm(library, contract, opCase, form, m, n, k, expected[2]);
        return Measure(name, dim, contract, opCase, theirs, cancellation);
    }

    private OpenBlasResult Attention(StepExtents e, CancellationToken cancellation)
    {
        var contract = new AttentionContract();
        var opCase = contract.StepCases(e).Single();
        float[][] expected = Expected("attention", e.Dim, opCase);
        using var theirs = new OpenBlasAttention(library, contract, opCase, e, device.Info.Units, expected);
        return Measure("attention forward", e.Dim, contract, opCase, theirs, cancellation);
    }

    private float[][] Expected(string name, int dim, OpCase opCase)
    {
        Progress?.Invoke($"OpenBLAS, d{dim}: {name}");
        using var reference = new ReferenceDevice();
        return OpCheck.Execute(reference, opCase);
    }

    private OpenBlasResult Measure(
        string name, int dim, OpContract contract, OpCase opCase, IMeasured theirs, CancellationToken cancellation)
    {
        using var ours = new OpMeasured(new OpWorkload(contract, opCase), device);
        var clock = MeasuringClock.For(device);
        var results = new InterleavedTimer(clock, options).Run([ours, theirs], cancellation);
        if (results.FirstOrDefault(r => !r.Passed) is { } failed)
            results = [.. results.Select(r => Measurement.Refused(r.Name, failed.Failure!))];
        return new OpenBlasResult(
            name, opCase.Description, dim, device.Info.Units, clock.Name, opCase.Cost, results[0], results[1]);
    }
}
