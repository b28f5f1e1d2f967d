using NeuralBurden.Compute.Contracts;
using NeuralBurden.Compute.Devices;
using NeuralBurden.Compute.Ops.Gemm;

namespace NeuralBurden.Compute.Benchmarks;

/// <summary>
/// Products of masked matrices by kernels that skip what is pruned, beside dense ones of the same shape, in turns; each is
/// checked against sums in double.
/// </summary>
public sealed class MaskedComparison(Device device, MeasuringOptions options)
{
    public Action<string>? Progress { get; init; }

    /// <summary>Forward and dX of the linear layers of one width, for each kind of mask.</summary>
    public IEnumerable<MaskedResult> Run(StepExtents extents, CancellationToken cancellation = default)
    {
        foreach (var (name, form, m, n, k) in GemmShapes.Of(extents).Where(s => s.Form is GemmForm.NT or GemmForm.NN))
        {
            cancellation.ThrowIfCancellationRequested();
            Progress?.Invoke($"{device.Info.Id}, d{extents.Dim}: {name}");
            foreach (var result in Measure(name, extents.Dim, form, m, n, k, cancellation)) yield return result;
        }
    }

    private List<MaskedResult> Measure(string name, int dim, GemmForm form, int m, int n, int k, CancellationToken cancellation)
    {
        var contract = new GemmContract();
        var opCase = GemmContract.Case(new CaseSource(7), form, m, n, k, EpilogueKind.None);
        float[] x = opCase.Arguments[0].Floats;
        var expected = new SampledProduct(form, m, n, k, x, opCase.Arguments[1].Floats);
        using var arguments = new PlacedArguments(opCase, device);
        var masked = new List<MaskedProductMeasured>();
        try
        {
            foreach (var pattern in MaskPattern.All)
                masked.Add(new(device, pattern, form, arguments[0], x, arguments[2], contract.Tolerance));
            bool[] sides = device.VendorLibrary is null ? [false] : [false, true];
            var clock = MeasuringClock.For(device);
            var dense = sides.Select(v => new ProductMeasured(device, v, opCase, arguments, expected, contract.Tolerance));
            var results = new InterleavedTimer(clock, options).Run([.. dense, .. masked], cancellation);
            return
            [
                .. masked.Zip(results.Skip(sides.Length), (one, ours) => new MaskedResult(
                    name,
                    one.Pattern.Name,
                    $"{one.Pattern.Form}",
                    opCase.Description,
                    dim,
                    device.Info.Id,
                    clock.Name,
                    one.Matrix.Density,
                    one.Work,
                    opCase.Cost,
                    device.VendorLibrary,
                    ours,
                    results[0],
                    sides.Length > 1 ? results[1] : null)),
            ];
        }
        finally
        {
            masked.ForEach(one => one.Dispose());
        }
    }
}
