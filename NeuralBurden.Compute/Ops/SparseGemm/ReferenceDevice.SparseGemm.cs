using NeuralBurden.Compute.Ops.Gelu;
using NeuralBurden.Compute.Ops.Gemm;
using NeuralBurden.Compute.Ops.SparseGemm;

namespace NeuralBurden.Compute.Devices.Reference;

public sealed partial class ReferenceDevice
{
    /// <summary>Multiplies kept weights only, straight from the mask; so it counts what a sparse product costs.</summary>
    protected override void SparseGemmCore(in SparseGemmArguments args)
    {
        int m = args.M;
        int rows = args.W.Rows, columns = args.W.Columns;
        int n = args.Form == GemmForm.NT ? rows : columns, k = args.Form == GemmForm.NT ? columns : rows;
        Span<double> source = F(args.X), weights = F(args.W.Dense), target = F(args.Y);
        Span<double> bias = F(args.Epilogue.Bias), auxiliary = F(args.Epilogue.Auxiliary);
        var bits = I(args.W.Bits);
        for (int i = 0; i < m; i++)
        {
            for (int j = 0; j < n; j++)
            {
                double sum = 0;
                for (int p = 0; p < k; p++)
                {
                    int at = args.Form == GemmForm.NT ? (j * columns) + p : (p * columns) + j;
                    if (((bits[at / 32] >> (at % 32)) & 1) == 0) continue;
                    sum += source[(i * k) + p] * weights[at];
                    MultiplyAdds++;
                }

                int place = (i * n) + j;
                switch (args.Epilogue.Kind)
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

        if (args.Epilogue.Kind == EpilogueKind.BiasGelu) Finish(args.Epilogue.Auxiliary);
        Finish(args.Y);
    }
}
