using NeuralBurden.Compute.Ops.Gelu;
using NeuralBurden.Compute.Ops.Gemm;
using NeuralBurden.Compute.Sparse;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Devices.Reference;

public sealed partial class ReferenceDevice
{
    /// <summary>Multiplies kept weights only, straight from the mask; so it counts what a sparse product costs.</summary>
    protected override void SparseGemmCore(
        GemmForm form, int m, in Tensor x, SparseMatrix w, in Tensor y, in GemmEpilogue epilogue)
    {
        int rows = w.Rows, columns = w.Columns;
        int n = form == GemmForm.NT ? rows : columns, k = form == GemmForm.NT ? columns : rows;
        Span<double> source = F(x), weights = F(w.Dense), target = F(y);
        Span<double> bias = F(epilogue.Bias), auxiliary = F(epilogue.Auxiliary);
        var bits = I(w.Bits);
        for (int i = 0; i < m; i++)
        {
            for (int j = 0; j < n; j++)
            {
                double sum = 0;
                for (int p = 0; p < k; p++)
                {
                    int at = form == GemmForm.NT ? (j * columns) + p : (p * columns) + j;
                    if (((bits[at / 32] >> (at % 32)) & 1) == 0) continue;
                    sum += source[(i * k) + p] * weights[at];
                    MultiplyAdds++;
                }

                int place = (i * n) + j;
                switch (epilogue.Kind)
                {
                    case EpilogueKind.Bias:
                        target[place] = sum + bias[j];
                        break;
                    case EpilogueKind.BiasGelu:
                        auxiliary[place] = sum + bias[j];
                        target[place] = GeluFunction.Value(auxiliary[place]);
                        break;
                    case EpilogueKind.BiasResidual:
                        target[place] = sum + bias[j] + auxiliary[place];
                        break;
                    case EpilogueKind.GeluGradient:
                        target[place] = sum * GeluFunction.Derivative(auxiliary[place]);
                        break;
                    default:
                        target[place] = sum;
                        break;
                }
            }
        }

        if (epilogue.Kind == EpilogueKind.BiasGelu) Finish(epilogue.Auxiliary);
        Finish(y);
    }
}
