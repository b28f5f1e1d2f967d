using NeuralBurden.Compute.Contracts;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Benchmarks;

/// <summary>Attention, norms, activations and the loss, forward and backward apart.</summary>
internal static class LayerWorkloads
{
    private const int Classes = 10;

    public static IEnumerable<OpWorkload> Of(OpContract contract, StepExtents e)
    {
        var source = new CaseSource(11);
        return contract.Name switch
        {
            "Attention" =>
            [
                new(contract, "Attention forward", Attention(e, source)),
                new(contract, "Attention backward", AttentionBackward(e, source)),
            ],
            "LayerNorm" =>
            [
                new(contract, "LayerNorm forward", LayerNorm(e, source)),
                new(contract, "LayerNorm backward", LayerNormBackward(e, source)),
            ],
            "Gelu" => [new(contract, "Gelu forward", Gelu(e, source)), new(contract, "Gelu backward", GeluBackward(e, source))],
            "ColumnSum" => [new(contract, "ColumnSum fc1", ColumnSum(e, source))],
            _ => [new(contract, "CrossEntropy", CrossEntropy(e, source))],
        };
    }

    /// <summary>Scores, softmax and values of all images and heads, with the probabilities that backward needs.</summary>
    public static OpCase Attention(StepExtents e, CaseSource source)
    {
        Shape qkv = new(e.Batch, e.Tokens, 3, e.Heads, e.HeadDim), output = new(e.Batch, e.Tokens, e.Dim);
        Shape probabilities = new(e.Batch, e.Heads, e.Tokens, e.Tokens);
        return new OpCase(
            Describe(e),
            [
                OpArgument.Input("qkv", qkv, source.Floats(qkv.Count)),
                OpArgument.Output("output", output),
                OpArgument.Output("probabilities", probabilities),
            ],
            (device, t) => device.Attention(new(t[0], default, t[1], t[2])),
            AttentionContract.CostOf(e.Batch, e.Tokens, e.Heads, e.HeadDim) + new OpCost(0, 4 * probabilities.Count));
    }

    private static OpCase AttentionBackward(StepExtents e, CaseSource source)
    {
        Shape qkv = new(e.Batch, e.Tokens, 3, e.Heads, e.HeadDim), output = new(e.Batch, e.Tokens, e.Dim);
        Shape probabilities = new(e.Batch, e.Heads, e.Tokens, e.Tokens);
        var forward = AttentionContract.CostOf(e.Batch, e.Tokens, e.Heads, e.HeadDim);
        return new OpCase(
            Describe(e),
            [
                OpArgument.Input("dOutput", output, source.Floats(output.Count)),
                OpArgument.Input("qkv", qkv, source.Floats(qkv.Count)),
                OpArgument.Input(
                    "probabilities", probabilities, source.Positive(probabilities.Count, 0, 2f / e.Tokens)),
                OpArgument.Output("dqkv", qkv),
            ],
            (device, t) => device.AttentionBackward(new(t[0], t[1], t[2], t[3])),
            new OpCost(2 * forward.MultiplyAdds, 4 * ((2 * qkv.Count) + output.Count + probabilities.Count)));
    }

    private static OpCase LayerNorm(StepExtents e, CaseSource source)
    {
        Shape x = new(e.Rows, e.Dim), channels = new(e.Dim), rows = new(e.Rows);
        return new OpCase(
            $"{x}",
            [
                OpArgument.Input("x", x, source.Floats(x.Count)),
                OpArgument.Input("gamma", channels, source.Floats(e.Dim)),
                OpArgument.Input("beta", channels, source.Floats(e.Dim)),
                OpArgument.Output("y", x),
                OpArgument.Output("mean", rows),
                OpArgument.Output("rstd", rows),
            ],
            (device, t) => device.LayerNorm(new(t[0], t[1], t[2], t[3], t[4], t[5])),
            new OpCost(0, 8 * x.Count));
    }

    private static OpCase LayerNormBackward(StepExtents e, CaseSource source)
    {
        Shape x = new(e.Rows, e.Dim), channels = new(e.Dim), rows = new(e.Rows);
        return new OpCase(
            $"{x}",
            [
                OpArgument.Input("dy", x, source.Floats(x.Count)),
                OpArgument.Input("x", x, source.Floats(x.Count)),
                OpArgument.Input("gamma", channels, source.Floats(e.Dim)),
                OpArgument.Input("mean", rows, source.Floats(e.Rows, 0.1f)),
                OpArgument.Input("rstd", rows, source.Positive(e.Rows, 0.8f, 1.2f)),
                OpArgument.Output("dx", x),
                OpArgument.Input("dgamma", channels, new float[e.Dim]),
                OpArgument.Input("dbeta", channels, new float[e.Dim]),
            ],
            (device, t) => device.LayerNormBackward(new(t[0], t[1], t[2], t[3], t[4], t[5], t[6], t[7], Accumulate: false)),
            new OpCost(0, 12 * x.Count));
    }

    private static OpCase Gelu(StepExtents e, CaseSource source)
    {
        Shape x = new(e.Rows, e.MlpDim);
        return new OpCase(
            $"{x}",
            [OpArgument.Input("x", x, source.Floats(x.Count)), OpArgument.Output("y", x)],
            (device, t) => device.Gelu(new(t[0], t[1])),
            new OpCost(0, 8 * x.Count));
    }

    private static OpCase GeluBackward(StepExtents e, CaseSource source)
    {
        Shape x = new(e.Rows, e.MlpDim);
        return new OpCase(
            $"{x}",
            [
                OpArgument.Input("dy", x, source.Floats(x.Count)),
                OpArgument.Input("x", x, source.Floats(x.Count)),
                OpArgument.Output("dx", x),
            ],
            (device, t) => device.GeluBackward(new(t[0], t[1], t[2])),
            new OpCost(0, 12 * x.Count));
    }

    private static OpCase ColumnSum(StepExtents e, CaseSource source)
    {
        Shape x = new(e.Rows, e.MlpDim);
        return new OpCase(
            $"{x}",
            [OpArgument.Input("x", x, source.Floats(x.Count)), OpArgument.Output("y", new Shape(e.MlpDim))],
            (device, t) => device.ColumnSum(new(t[0], t[1])),
            new OpCost(0, 4 * x.Count));
    }

    private static OpCase CrossEntropy(StepExtents e, CaseSource source)
    {
        Shape logits = new(e.Batch, Classes), rows = new(e.Batch);
        return new OpCase(
            $"{logits}",
            [
                OpArgument.Input("logits", logits, source.Floats(logits.Count)),
                OpArgument.Input("labels", rows, source.Ints(e.Batch, 0, Classes - 1)),
                OpArgument.Output("losses", rows),
                OpArgument.Output("correct", rows),
                OpArgument.Output("dLogits", logits),
            ],
            (device, t) => device.CrossEntropy(new(t[0], t[1], 0, t[2], t[3], t[4])),
            new OpCost(0, 8 * logits.Count));
    }

    private static string Describe(StepExtents e) => $"{e.Batch} images, {e.Tokens} tokens, {e.Heads} heads of {e.HeadDim}";
}
