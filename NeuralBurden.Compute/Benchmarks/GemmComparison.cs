using NeuralBurden.Compute.Contracts;
using NeuralBurden.Compute.Devices;
using NeuralBurden.Compute.Ops.Gemm;

namespace NeuralBurden.Compute.Benchmarks;

/// <summary>
/// A device's own products beside those of its vendor's library where it has one. Both are checked against sums in
/// double; neither gets a number where one of them fails.
/// </summary>
public sealed class GemmComparison(Device device, MeasuringOptions options)
{
    // Tensor cores drop the bits of a sum that do not fit, which adds up over thousands of steps; a factor rounded otherwise
    // would differ by more. How cuBLAS rounds to TF32 is its own affair: what two factors may lose.
    private static readonly Tolerance RoundedSums = new(1e-4, 2e-6), Rounding = new(4e-3);

    public Action<string>? Progress { get; init; }

    /// <summary>C [n, n] = A B, which does not depend on the model.</summary>
    public GemmResult RunSquare(int n, CancellationToken cancellation = default) =>
        Measure($"{n}^3", 0, GemmForm.NN, n, n, n, cancellation);

    /// <summary>Forward, dX and dW of the linear layers of one width.</summary>
    public IEnumerable<GemmResult> Run(StepExtents extents, CancellationToken cancellation = default)
    {
        foreach (var (name, form, m, n, k) in GemmShapes.Of(extents))
            yield return Measure(name, extents.Dim, form, m, n, k, cancellation);
    }

    private GemmResult Measure(
        string name, int dim, GemmForm form, int m, int n, int k, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        Progress?.Invoke($"{device.Info.Id}, d{dim}: {name}");
        var opCase = GemmContract.Case(new CaseSource(7), form, m, n, k, EpilogueKind.None);
        bool isExact = device.Precision == ProductPrecision.Float32;
        var exact = new GemmContract().Tolerance;
        var sums = Sampled(ProductPrecision.Float32);
        var ours = isExact ? sums : Sampled(device.Precision);
        using var arguments = new PlacedArguments(opCase, device);
        bool[] sides = device.VendorLibrary is null ? [false] : [false, true];
        var clock = MeasuringClock.For(device);
        var results = new InterleavedTimer(clock, options).Run(
            [
                .. sides.Select(v => new ProductMeasured(
                    device, v, opCase, arguments, v ? sums : ours, isExact ? exact : v ? Rounding : RoundedSums)),
            ],
            cancellation);
        if (results.FirstOrDefault(r => !r.Passed) is { } failed)
            results = [.. results.Select(r => Measurement.Refused(r.Name, failed.Failure!))];
        return new GemmResult(
            name,
            opCase.Description,
            dim,
            device.Info.Id,
            device.Precision,
            clock.Name,
            opCase.Cost,
            device.VendorLibrary,
            results[0],
            results.Count > 1 ? results[1] : null);

        SampledProduct Sampled(ProductPrecision precision) => new(
            form, m, n, k, precision.Round(opCase.Arguments[0].Floats), precision.Round(opCase.Arguments[1].Floats));
    }
}
