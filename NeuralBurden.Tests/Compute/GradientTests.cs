using NeuralBurden.Compute.Contracts;
using NeuralBurden.Compute.Devices.Reference;
using NeuralBurden.Compute.Ops.Gemm;
using NeuralBurden.Compute.Tensors;
using Xunit;

namespace NeuralBurden.Tests.Compute;

/// <summary>
/// Backward against forward, in double precision on the reference: for a random direction v and the weights u of the
/// outputs, &lt;J v, u&gt; by central differences equals &lt;v, J^T u&gt; by the op's backward. A case tells by its names what
/// belongs together: dX is the gradient of X.
/// </summary>
public class GradientTests
{
    // Sums over tokens that cancel, and rows of two nearly equal channels, curve strongly.
    private const double Step = 1e-6, Tolerance = 1e-6;

    public static TheoryData<string> DifferentiableOps() => [.. Ops];

    private static IEnumerable<string> Ops => OpContracts.All
        .Where(c => c.Generate(new CaseSource(0)) is var drawn && InputsOf(drawn).Any() && OutputsOf(drawn).Any())
        .Select(c => c.Name);

    [Theory]
    [MemberData(nameof(DifferentiableOps))]
    public void Backward_is_the_adjoint_of_forward(string op)
    {
        var contract = OpContracts.All.Single(c => c.Name == op);
        for (ulong seed = 0; seed < 25; seed++)
        {
            var source = new CaseSource(seed);
            var drawn = contract.Generate(source);
            using var device = new ReferenceDevice(rounding: false);
            using var x = new PlacedArguments(drawn, device);
            double[] Weights(int of, int? gradient) =>
                gradient is { } u ? Doubles(device, x[u]) : Mean(x[of].Count);
            int At(string name) => drawn.Arguments.Index().First(a => a.Item.Name == name).Index;
            using var log = new Workspace(device, "log sizes");
            RequireAdjoint(
                device,
                source,
                $"{op}, seed {seed} ({drawn.Description})",
                [.. InputsOf(drawn).Select(p => (x[p.Of], x[p.Gradient]))],
                [.. OutputsOf(drawn).Select(p => (x[p.Of], Weights(p.Of, p.Gradient)))],
                forward: () =>
                {
                    // The mean that keeps its norm is one of the tokens.
                    if (drawn.Arguments.Any(a => a.Name == "mean" && !a.IsOutput))
                    {
                        log.Reset();
                        var sizes = drawn.Description.Contains("sized") ? x[At("sizes")] : default;
                        Tensor totals = x[At("mergedSizes")], logs = log.Take(totals.Shape);
                        device.MergeTokens(new(x[At("tokens")], sizes, x[At("map")], x[At("mean")], totals, logs));
                    }

                    drawn.Forward(device, x);
                },
                backward: () => (drawn.Backward ?? drawn.Forward)(device, x));
        }
    }

    [Fact]
    public void Every_op_with_a_backward_is_among_them()
    {
        var backward = OpContracts.All.Where(c => c.Generate(new CaseSource(0)).Backward is not null).Select(c => c.Name);
        Assert.Empty(backward.Append("CrossEntropy").Except(Ops));
    }

    [Fact]
    public void The_products_of_a_backward_pass_are_the_adjoint_of_a_linear_layer()
    {
        for (ulong seed = 0; seed < 50; seed++)
        {
            var source = new CaseSource(seed);
            int m = source.Extent(6), n = source.Extent(7), k = source.Extent(8);
            var form = source.Pick(GemmForm.NN, GemmForm.NT, GemmForm.TN, GemmForm.TT);
            bool ta = form is GemmForm.TN or GemmForm.TT, tb = form is GemmForm.NT or GemmForm.TT, gelu = source.Coin();
            using var device = new ReferenceDevice(rounding: false);
            using var work = new Workspace(device, "product");
            Tensor a = Filled(ta ? new(k, m) : new(m, k)), b = Filled(tb ? new(n, k) : new(k, n)), bias = Filled(new(n));
            Tensor y = Filled(new(m, n)), z = Filled(y.Shape), u = Filled(y.Shape), dz = Filled(y.Shape);
            var identity = Filled(new(m, m));
            Tensor da = Filled(a.Shape), db = Filled(b.Shape), dBias = Filled(bias.Shape);
            device.Upload([.. Enumerable.Range(0, m * m).Select(i => i / m == i % m ? 1f : 0)], identity);
            RequireAdjoint(
                device,
                source,
                $"{form} m {m} n {n} k {k} gelu {gelu}, seed {seed}",
                [(a, da), (b, db), (bias, dBias)],
                [(y, Doubles(device, u))],
                forward: () => device.Gemm(new(
                    form, a, b, y, gelu ? GemmEpilogue.BiasGelu(bias, z) : GemmEpilogue.AddBias(bias))),
                backward: () =>
                {
                    // The GELU's factor enters through the epilogue of an identity product: dZ = (I U) * gelu'(Z).
                    var epilogue = gelu ? GemmEpilogue.GeluGradient(z) : GemmEpilogue.None;
                    device.Gemm(new(GemmForm.NN, identity, u, dz, epilogue));
                    if (ta) device.Gemm(new(tb ? GemmForm.TT : GemmForm.NT, b, dz, da));
                    else device.Gemm(new(tb ? GemmForm.NN : GemmForm.NT, dz, b, da));
                    if (tb) device.Gemm(new(ta ? GemmForm.TT : GemmForm.TN, dz, a, db));
                    else device.Gemm(new(ta ? GemmForm.NN : GemmForm.TN, a, dz, db));
                    device.ColumnSum(new(dz, dBias));
                });

            Tensor Filled(Shape shape)
            {
                var tensor = work.Take(shape);
                device.Upload(source.Floats(shape.Count), tensor);
                return tensor;
            }
        }
    }

    private static void RequireAdjoint(
        ReferenceDevice device,
        CaseSource source,
        string where,
        (Tensor X, Tensor Gradient)[] inputs,
        (Tensor Y, double[] Weights)[] outputs,
        Action forward,
        Action backward)
    {
        double[][] values = [.. inputs.Select(i => Doubles(device, i.X))];
        float[][] directions = [.. inputs.Select(i => source.Floats(i.X.Count))];
        forward();
        // A backward that adds up begins at 0.
        foreach (var (_, gradient) in inputs) device.UploadDoubles(new double[gradient.Count], gradient);
        backward();
        double adjoint = inputs.Zip(directions, (i, v) => Doubles(device, i.Gradient).Zip(v, (g, d) => g * d).Sum()).Sum();
        double difference = (Evaluate(Step) - Evaluate(-Step)) / (2 * Step);
        Assert.True(
            Math.Abs(difference - adjoint) < Tolerance * Math.Max(1, Math.Abs(adjoint)),
            $"{where}: central difference {difference:R}, backward {adjoint:R}");

        double Evaluate(double along)
        {
            for (int i = 0; i < inputs.Length; i++)
                device.UploadDoubles([.. values[i].Zip(directions[i], (x, v) => x + (along * v))], inputs[i].X);
            forward();
            return outputs.Sum(o => Doubles(device, o.Y).Zip(o.Weights, (y, w) => y * w).Sum());
        }
    }

    // A masked matrix has the values that its sparse form was built with.
    private static IEnumerable<(int Of, int Gradient)> InputsOf(OpCase drawn) =>
        Pairs(drawn, (of, gradient) => !of.IsOutput && gradient.IsOutput);

    // A loss has the gradient of its mean.
    private static IEnumerable<(int Of, int? Gradient)> OutputsOf(OpCase drawn) =>
        Pairs(drawn, (of, gradient) => of.IsOutput && !gradient.IsOutput).Select(p => (p.Of, (int?)p.Gradient))
            .Concat(drawn.Arguments.Index().Where(a => a.Item.Name == "losses").Select(a => (a.Index, (int?)null)));

    private static double[] Mean(long count) => [.. Enumerable.Repeat(1.0 / count, (int)count)];

    private static IEnumerable<(int Of, int Gradient)> Pairs(OpCase drawn, Func<OpArgument, OpArgument, bool> belong) =>
        from x in drawn.Arguments.Index()
        from dx in drawn.Arguments.Index()
        where dx.Item.Name.Equals($"d{x.Item.Name}", StringComparison.OrdinalIgnoreCase) && belong(x.Item, dx.Item)
        select (x.Index, dx.Index);

    private static double[] Doubles(ReferenceDevice device, in Tensor tensor)
    {
        double[] values = new double[tensor.Count];
        device.DownloadDoubles(tensor, values);
        return values;
    }
}
