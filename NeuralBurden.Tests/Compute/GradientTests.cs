using NeuralBurden.Compute.Contracts;
using NeuralBurden.Compute.Devices.Reference;
using NeuralBurden.Compute.Tensors;
using Xunit;

namespace NeuralBurden.Tests.Compute;

/// <summary>
/// Backward against forward, in double precision on the reference: for random directions v and u,
/// &lt;J v, u&gt; by central differences equals &lt;v, J^T u&gt; by the op's backward.
/// </summary>
public class GradientTests
{
    public static TheoryData<string> DifferentiableOps()
    {
        var data = new TheoryData<string>();
        foreach (var contract in OpContracts.All)
        {
            if (contract.GenerateGradient(new CaseSource(0)) is not null) data.Add(contract.Name);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(DifferentiableOps))]
    public void Backward_is_the_adjoint_of_forward(string op)
    {
        var contract = OpContracts.All.Single(c => c.Name == op);
        for (ulong seed = 0; seed < 25; seed++)
        {
            var source = new CaseSource(seed);
            Check(contract.GenerateGradient(source)!, source, $"{op}, seed {seed}");
        }
    }

    private static void Check(GradientCase gradient, CaseSource source, string where)
    {
        using var device = new ReferenceDevice(rounding: false);
        using var work = new Workspace(device, "gradient");
        var inputs = gradient.Inputs.Select((s, i) => device.AllocateTensor(s, $"input {i}")).ToArray();
        var gradients = gradient.Inputs.Select((s, i) => device.AllocateTensor(s, $"gradient {i}")).ToArray();
        Tensor output = device.AllocateTensor(gradient.Output, "output"), u = device.AllocateTensor(gradient.Output, "u");
        float[] weights = source.Floats(gradient.Output.Count);
        float[][] directions = [.. gradient.Inputs.Select(s => source.Floats(s.Count))];

        Place(0);
        device.Upload(weights, u);
        gradient.Backward(device, work, inputs, u, gradients);
        double adjoint = 0;
        for (int i = 0; i < inputs.Length; i++) adjoint += Dot(gradients[i], directions[i]);

        const double step = 1e-5;
        double difference = (Evaluate(step) - Evaluate(-step)) / (2 * step);
        double scale = Math.Max(1, Math.Abs(adjoint));
        Assert.True(
            Math.Abs(difference - adjoint) < 1e-6 * scale,
            $"{where} ({gradient.Description}): central difference {difference:R}, backward {adjoint:R}");
        foreach (var tensor in inputs.Concat(gradients).Append(output).Append(u)) tensor.Buffer.Dispose();

        void Place(double along)
        {
            for (int i = 0; i < inputs.Length; i++)
            {
                double[] values = [.. gradient.Values[i].Select((x, k) => x + (along * directions[i][k]))];
                device.UploadDoubles(values, inputs[i]);
            }
        }

        double Evaluate(double along)
        {
            Place(along);
            work.Reset();
            gradient.Forward(device, work, inputs, output);
            return Dot(output, weights);
        }

        double Dot(in Tensor tensor, float[] with)
        {
            double[] values = new double[tensor.Count];
            device.DownloadDoubles(tensor, values);
            return values.Zip(with, (a, b) => a * b).Sum();
        }
    }
}
