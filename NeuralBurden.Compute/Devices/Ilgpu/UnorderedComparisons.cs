using ILGPU;
using ILGPU.Backends;
using ILGPU.IR;
using ILGPU.IR.Rewriting;
using ILGPU.IR.Transformations;
using ILGPU.IR.Values;

namespace NeuralBurden.Compute.Devices.Ilgpu;

/// <summary>
/// Spells out comparisons that hold for NaN. To skip what depends on x &gt; y, .NET branches where x &lt;= y or
/// one of them is NaN; ILGPU's OpenCL C says x &lt;= y and nothing of NaN.
/// </summary>
internal sealed class UnorderedComparisons : UnorderedTransformation, IBackendHook
{
    private readonly Rewriter _rewriter = new();

    public UnorderedComparisons() => _rewriter.Add<CompareValue>(HoldsForNaN, Spell);

    public void FinishedCodeGeneration(IRContext context, Method entryPoint)
    {
    }

    public void InitializedKernelContext(IRContext kernelContext, Method kernelMethod)
    {
    }

    // Last of all: optimizations turn one kind of comparison into the other.
    public void OptimizedKernelContext(IRContext kernelContext, Method kernelMethod) =>
        kernelContext.Transform(Transformer.Create(TransformerConfiguration.Empty, this));

    protected override bool PerformTransformation(Method.Builder builder) =>
        _rewriter.Rewrite(builder.SourceBlocks, builder);

    // C's != holds for NaN anyway.
    private static bool HoldsForNaN(CompareValue value) =>
        value.IsUnsignedOrUnordered
        && value.Left.BasicValueType == BasicValueType.Float32
        && value.Kind != CompareKind.NotEqual;

    private static void Spell(RewriterContext context, CompareValue value)
    {
        var (at, builder) = (value.Location, context.Builder);
        Value left = value.Left, right = value.Right;
        Value leftIsNaN = builder.CreateArithmetic(at, left, UnaryArithmeticKind.IsNaNF);
        Value rightIsNaN = builder.CreateArithmetic(at, right, UnaryArithmeticKind.IsNaNF);
        Value isNaN = builder.CreateArithmetic(at, leftIsNaN, rightIsNaN, BinaryArithmeticKind.Or);
        Value ordered = builder.CreateCompare(at, left, right, value.Kind);
        context.ReplaceAndRemove(
            value, builder.CreateArithmetic(at, ordered, isNaN, BinaryArithmeticKind.Or).Resolve());
    }
}
