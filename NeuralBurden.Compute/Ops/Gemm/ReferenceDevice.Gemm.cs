using NeuralBurden.Compute.Ops.Gelu;
using NeuralBurden.Compute.Ops.Gemm;

namespace NeuralBurden.Compute.Devices.Reference;

public sealed partial class ReferenceDevice
{
    protected override void GemmCore(in GemmArguments args)
    {
        var (m, n, k) = args.Extents;
        Span<double> x = F(args.A), y = F(args.B), z = F(args.C), bias = F(args.Epilogue.Bias);
        Span<double> auxiliary = F(args.Epilogue.Auxiliary);
        for (int i = 0; i < m; i++)
        {
            for (int j = 0; j < n; j++)
            {
                double sum = 0;
                for (int p = 0; p < k; p++)
                {
                    sum += x[args.TransposeA ? (p * m) + i : (i * k) + p] * y[args.TransposeB ? (j * k) + p : (p * n) + j];
                    MultiplyAdds++;
                }

                int at = (i * n) + j;
                switch (args.Epilogue.Kind)
                {
                    case EpilogueKind.Bias:
                        z[at] = sum + bias[j];
                        break;
                    case EpilogueKind.BiasGelu:
                        auxiliary[at] = sum + bias[j];
                        z[at] = GeluFunction.Value(auxiliary[at]);
                        break;
                    case EpilogueKind.BiasResidual:
                        z[at] = sum + bias[j] + auxiliary[at];
                        break;
                    case EpilogueKind.GeluGradient:
                        z[at] = sum * GeluFunction.Derivative(auxiliary[at]);
                        break;
                    default:
                        z[at] = args.Accumulate ? z[at] + sum : sum;
                        break;
                }
            }
        }

        if (args.Epilogue.Kind == EpilogueKind.BiasGelu) Finish(args.Epilogue.Auxiliary);
        Finish(args.C);
    }
}
