using NeuralBurden.Compute.Ops.Gelu;
using NeuralBurden.Compute.Ops.Gemm;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Devices.Reference;

public sealed partial class ReferenceDevice
{
    protected override void GemmCore(
        GemmForm form, int m, int n, int k, in Tensor a, in Tensor b, in Tensor c, in GemmEpilogue epilogue, bool accumulate)
    {
        Span<double> x = F(a), y = F(b), z = F(c), bias = F(epilogue.Bias), auxiliary = F(epilogue.Auxiliary);
        bool transposeA = form is GemmForm.TN or GemmForm.TT, transposeB = form is GemmForm.NT or GemmForm.TT;
        for (int i = 0; i < m; i++)
        {
            for (int j = 0; j < n; j++)
            {
                double sum = 0;
                for (int p = 0; p < k; p++)
                {
                    sum += x[transposeA ? (p * m) + i : (i * k) + p] * y[transposeB ? (j * k) + p : (p * n) + j];
                    MultiplyAdds++;
                }

                int at = (i * n) + j;
                switch (epilogue.Kind)
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
                        z[at] = accumulate ? z[at] + sum : sum;
                        break;
                }
            }
        }

        if (epilogue.Kind == EpilogueKind.BiasGelu) Finish(epilogue.Auxiliary);
        Finish(c);
    }
}
