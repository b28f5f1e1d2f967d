using FsCheck.Xunit;
using NeuralBurden.Compute.Contracts;
using NeuralBurden.Compute.Devices;
using NeuralBurden.Compute.Devices.Reference;
using NeuralBurden.Compute.GpuParts;
using NeuralBurden.Compute.Ops.Gemm;
using Xunit;

namespace NeuralBurden.Tests.Ilgpu;

/// <summary>
/// Products whose factors are rounded, by the kernel that runs on tensor cores; here by the emulation of their instructions.
/// The oracle multiplies rounded factors and sums in double.
/// </summary>
[Trait("Category", "Ilgpu")]
[Collection(EmulatedCollection.Name)]
public class RoundedProductTests
{
    // Sums in float32 are compared with sums in double.
    private static readonly Tolerance Sums = new GemmContract().Tolerance;

    [Property(MaxTest = 12)]
    public void A_product_is_that_of_rounded_factors(ulong seed)
    {
        var source = new CaseSource(seed);
        var precision = source.Pick(ProductPrecision.Tf32, ProductPrecision.BFloat16);
        var form = source.Pick(GemmForm.NN, GemmForm.NT, GemmForm.TN, GemmForm.TT);
        var kind = source.Pick(Enum.GetValues<EpilogueKind>());
        int m = source.Extent(97), n = source.Extent(97), k = source.Extent(49);
        bool accumulate = kind == EpilogueKind.None && source.Coin();
        using var device = EmulatedDevice.Open(precision);
        Compare(device, precision, GemmContract.Case(source, form, m, n, k, kind, accumulate));
    }

    /// <summary>One tile, several of them, cut along k, and without any k.</summary>
    [Theory]
    [InlineData(ProductPrecision.Tf32, 64, 64, 8)]
    [InlineData(ProductPrecision.BFloat16, 64, 64, 16)]
    [InlineData(ProductPrecision.Tf32, 67, 130, 20)]
    [InlineData(ProductPrecision.Tf32, 24, 12, 270)]
    [InlineData(ProductPrecision.BFloat16, 1, 3, 1)]
    [InlineData(ProductPrecision.BFloat16, 8, 8, 0)]
    public void A_product_of_given_shape_is_that_of_rounded_factors(ProductPrecision precision, int m, int n, int k)
    {
        using var device = EmulatedDevice.Open(precision);
        foreach (var form in (GemmForm[])[GemmForm.NT, GemmForm.TN])
            Compare(device, precision, GemmContract.Case(new CaseSource(3), form, m, n, k, EpilogueKind.BiasResidual));
    }

    [Theory]
    [InlineData(ProductPrecision.Tf32, 140, 132, 40)]
    [InlineData(ProductPrecision.BFloat16, 128, 128, 16)]
    public void A_product_in_large_tiles_is_that_of_rounded_factors(ProductPrecision precision, int m, int n, int k)
    {
        using var device = EmulatedDevice.OpenWithLargeGroups(precision);
        Compare(device, precision, GemmContract.Case(new CaseSource(5), GemmForm.NN, m, n, k, EpilogueKind.BiasGelu));
    }

    /// <summary>The bias gradient is a sum and no product: nothing of it is rounded.</summary>
    [Theory]
    [InlineData(ProductPrecision.Tf32)]
    [InlineData(ProductPrecision.BFloat16)]
    public void A_bias_gradient_beside_a_weight_gradient_is_not_rounded(ProductPrecision precision)
    {
        var contract = new LinearGradientContract();
        using var device = EmulatedDevice.Open(precision);
        using var reference = new ReferenceDevice();
        for (ulong seed = 0; seed < 3; seed++)
        {
            var opCase = contract.Generate(new CaseSource(seed));
            float[][] exact = OpCheck.Execute(reference, opCase), rounded = OpCheck.Execute(reference, Round(opCase, precision));
            float[][] actual = OpCheck.Execute(device, opCase);
            for (int i = 0; i < actual.Length; i++)
            {
                var argument = opCase.Arguments[i];
                if (!argument.IsOutput) continue;
                bool isProduct = argument.Shape.Rank == 2;
                Assert.Null(contract.Tolerance.Compare(isProduct ? rounded[i] : exact[i], actual[i]));
            }
        }
    }

    [Fact]
    public void Rounding_is_chosen_by_the_option_alone()
    {
        var opCase = GemmContract.Case(new CaseSource(9), GemmForm.NN, 33, 20, 24, EpilogueKind.Bias);
        using var plain = EmulatedDevice.Open(ProductPrecision.Float32);
        using var rounding = EmulatedDevice.Open(ProductPrecision.Tf32);
        Assert.All(Launched(plain, opCase), name => Assert.StartsWith("GemmTile<", name));
        Assert.All(Launched(rounding, opCase), name => Assert.StartsWith("GemmWarpTile<", name));
        Assert.DoesNotContain(plain.Info.Capabilities, c => c.Contains("TF32", StringComparison.Ordinal));
        Assert.Contains("own products in TF32, emulated", rounding.Info.Capabilities);
    }

    [Property(MaxTest = 2000)]
    public void A_rounded_factor_is_the_nearest_of_its_format(float value)
    {
        AssertNearest<Tf32>(value, mantissaBits: 10, tiesAway: true);
        AssertNearest<Bf16>(value, mantissaBits: 7, tiesAway: false);
    }

    [Fact]
    public void Ties_go_away_from_zero_in_TF32_and_to_even_in_bfloat16()
    {
        const float tf32 = 1 / 1024f, bf16 = 1 / 128f;
        Assert.Equal(1 + tf32, Tf32.Round(1 + (tf32 / 2)));
        Assert.Equal(-1 - (2 * tf32), Tf32.Round(-1 - (1.5f * tf32)));
        Assert.Equal(1f, Bf16.Round(1 + (bf16 / 2)));
        Assert.Equal(1 + (2 * bf16), Bf16.Round(1 + (1.5f * bf16)));
        foreach (float value in (float[])[float.NaN, float.PositiveInfinity, float.NegativeInfinity, 0, -0f])
            Assert.Equal((value, value), (Tf32.Round(value), Bf16.Round(value)));
        Assert.Equal(float.PositiveInfinity, Tf32.Round(float.MaxValue));
    }

    private static void AssertNearest<TFormat>(float value, int mantissaBits, bool tiesAway)
        where TFormat : struct, IWarpFormat
    {
        if (!float.IsNormal(value) || Math.Abs(value) > 1e38) return;
        double unit = Math.ScaleB(1, Math.ILogB(value) - mantissaBits);
        var ties = tiesAway ? MidpointRounding.AwayFromZero : MidpointRounding.ToEven;
        Assert.Equal(Math.Round(value / unit, ties) * unit, TFormat.Round(value));
    }

    private static List<string> Launched(Device device, OpCase opCase)
    {
        using var placed = new PlacedArguments(opCase, device);
        device.StartProfiler(isSeen: false);
        opCase.Forward(device, placed);
        return [.. device.StopProfiler()!];
    }

    private static void Compare(Device device, ProductPrecision precision, OpCase opCase)
    {
        using var reference = new ReferenceDevice();
        float[][] expected = OpCheck.Execute(reference, Round(opCase, precision)), actual = OpCheck.Execute(device, opCase);
        for (int i = 2; i < actual.Length; i++)
        {
            string? difference = Sums.Compare(expected[i], actual[i]);
            Assert.True(difference is null, $"{precision}, {opCase.Description}, {opCase.Arguments[i].Name}: {difference}");
        }
    }

    /// <summary>The case with its two factors, which come first, as they are multiplied.</summary>
    private static OpCase Round(OpCase opCase, ProductPrecision precision) => opCase with
    {
        Arguments =
        [
            .. opCase.Arguments.Take(2).Select(a => OpArgument.Input(a.Name, a.Shape, precision.Round(a.Floats))),
            .. opCase.Arguments.Skip(2),
        ],
    };
}
