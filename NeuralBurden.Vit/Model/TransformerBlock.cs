using NeuralBurden.Compute.Sparse;
using NeuralBurden.Compute.Tensors;
using NeuralBurden.Vit.Model.Merging;

namespace NeuralBurden.Vit.Model;

/// <summary>
/// A pre-norm block: x + proj(attention(norm1 x)), a merge of tokens if there is one, then x + fc2(gelu(fc1(norm2 x))).
/// </summary>
public sealed class TransformerBlock
{
    private readonly int _heads;
    private readonly int _place;
    private SparseMlpWeights _fused;

    internal TransformerBlock(ParameterArena parameters, int index, VitShape shape)
    {
        (_heads, _place) = (shape.Block(index).Heads, index + 1);
        string prefix = $"blocks.{index}.";
        Norm1 = Norm("norm1");
        Qkv = Linear("attn.qkv");
        Projection = Linear("attn.proj");
        Norm2 = Norm("norm2");
        Fc1 = Linear("mlp.fc1");
        Fc2 = Linear("mlp.fc2");

        NormLayer Norm(string name) =>
            new(parameters[$"{prefix}{name}.weight"], parameters[$"{prefix}{name}.bias"], shape.Variant.NormEpsilon);

        LinearLayer Linear(string name) => new(parameters[$"{prefix}{name}.weight"], parameters[$"{prefix}{name}.bias"]);
    }

    /// <summary>The same layers with activations of its own.</summary>
    internal TransformerBlock(TransformerBlock of)
    {
        (_heads, _place) = (of._heads, of._place);
        (Norm1, Qkv, Projection) = (of.Norm1, of.Qkv, of.Projection);
        (Norm2, Fc1, Fc2) = (of.Norm2, of.Fc1, of.Fc2);
    }

    public NormLayer Norm1 { get; }

    public LinearLayer Qkv { get; }

    public LinearLayer Projection { get; }

    public NormLayer Norm2 { get; }

    public LinearLayer Fc1 { get; }

    public LinearLayer Fc2 { get; }

    /// <summary>The four prunable layers in the order of the forward pass.</summary>
    public IReadOnlyList<LinearLayer> Linears => [Qkv, Projection, Fc1, Fc2];

    /// <summary>What the last forward pass left.</summary>
    public BlockActivations Activations { get; } = new();

    /// <param name="pass">Where and how to compute.</param>
    /// <param name="input">The residual stream.</param>
    /// <param name="earlier">
    /// A merge to repeat instead of matching anew, so that two networks can be compared on the same tokens; none
    /// otherwise.
    /// </param>
    public TokenState Forward(in ForwardPass pass, in TokenState input, in MergeRecord earlier = default)
    {
        var (device, work) = (pass.Device, pass.Workspace);
        var a = Activations;
        int b = input.Batch, t = input.Count, c = input.Dim, inner = Projection.Weight.Shape[1];
        Shape rows = new(b * t, c), row = new(b * t);
        a.Input = input;
        (a.Norm1, a.Mean1, a.Rstd1) = (work.Take(rows), work.Take(row), work.Take(row));
        Norm1.Forward(device, input.Rows, a.Norm1, a.Mean1, a.Rstd1);
        a.Qkv = work.Take(new Shape(b, t, 3, _heads, inner / _heads));
        Qkv.Forward(pass, a.Norm1, a.Qkv.View(new Shape(b * t, 3 * inner)));
        a.Probabilities = pass.Training ? work.Take(new Shape(b, _heads, t, t)) : default;
        a.Attended = work.Take(new Shape(b * t, inner));
        device.Attention(new(a.Qkv, input.KeyBias, a.Attended.View(new Shape(b, t, inner)), a.Probabilities));
        var stream = work.Take(input.Tokens.Shape);
        a.AfterAttention = input with { Tokens = stream };
        Join(pass, DropPath.Attention, Projection, a.Attended, input, a.AfterAttention);

        (a.MlpInput, a.Merge) = pass.Merge(_place, a.AfterAttention, a.Qkv, earlier);
        int left = a.MlpInput.Count;
        (rows, row) = (new Shape(b * left, c), new Shape(b * left));
        (a.Norm2, a.Mean2, a.Rstd2) = (work.Take(rows), work.Take(row), work.Take(row));
        Norm2.Forward(device, a.MlpInput.Rows, a.Norm2, a.Mean2, a.Rstd2);
        a.Output = a.MlpInput with { Tokens = work.Take(a.MlpInput.Tokens.Shape) };
        ForwardMlp(pass);
        return a.Output;
    }

    /// <summary>
    /// From dOutput [B, T', C], which is consumed, to the gradient of the input [B, T, C]; parameter gradients are
    /// written, those of the norms added to.
    /// </summary>
    public Tensor Backward(in ForwardPass pass, in Tensor dOutput)
    {
        var (device, work) = (pass.Device, pass.Workspace);
        var a = Activations;
        Shape rowsAfter = a.MlpInput.Rows.Shape, rowsBefore = a.Input.Rows.Shape;
        var stream = dOutput.View(rowsAfter);
        var dNorm = work.Take(rowsAfter);
        BackwardMlp(pass, OfBranch(pass, DropPath.Mlp, stream.View(a.MlpInput.Tokens.Shape)), dNorm);
        // The residual path: the norm's gradient is added to the stream's own.
        Norm2.Backward(device, dNorm, a.MlpInput.Rows, a.Mean2, a.Rstd2, stream, accumulate: true);

        stream = pass.MergeBackward(a.Merge, dOutput).View(rowsBefore);
        int b = a.Input.Batch, t = a.Input.Count, inner = Projection.Weight.Shape[1];
        var dAttended = work.Take(new Shape(b * t, inner));
        var dBranch = OfBranch(pass, DropPath.Attention, stream.View(a.Input.Tokens.Shape));
        Projection.Backward(device, dBranch, a.Attended, dAttended);
        pass.Gates?.Add(ModelGroups.Heads, _place - 1, a.Attended, dAttended);
        var dQkv = work.Take(a.Qkv.Shape);
        device.AttentionBackward(new(dAttended.View(new Shape(b, t, inner)), a.Qkv, a.Probabilities, dQkv));
        dNorm = work.Take(rowsBefore);
        Qkv.Backward(device, dQkv.View(new Shape(b * t, 3 * inner)), a.Norm1, dNorm);
        Norm1.Backward(device, dNorm, a.Input.Rows, a.Mean1, a.Rstd1, stream, accumulate: true);
        return stream.View(a.Input.Tokens.Shape);
    }

    private Tensor ScalesOf(in ForwardPass pass, int branch) => pass.DropPath?.Scales(_place - 1, branch) ?? default;

    /// <summary>output = input + the branch that ends in a layer, or what is left of it.</summary>
    private void Join(
        in ForwardPass pass, int branch, LinearLayer last, in Tensor x, in TokenState input, in TokenState output)
    {
        var scales = ScalesOf(pass, branch);
        if (scales.IsNone)
        {
            last.ForwardResidual(pass, x, input.Rows, output.Rows);
            return;
        }

        last.Forward(pass, x, output.Rows);
        pass.Device.ScaleImages(new(output.Tokens, scales, input.Tokens, output.Tokens));
    }

    /// <summary>The gradient [B * T, C] of what a branch ends in, from that of its sum with the input [B, T, C].</summary>
    private Tensor OfBranch(in ForwardPass pass, int branch, in Tensor gradient)
    {
        var rows = new Shape(gradient.Shape[0] * gradient.Shape[1], gradient.Shape[2]);
        var scales = ScalesOf(pass, branch);
        if (scales.IsNone) return gradient.View(rows);
        var scaled = pass.Workspace.Take(gradient.Shape);
        pass.Device.ScaleImages(new(gradient, scales, default, scaled));
        return scaled.View(rows);
    }

    /// <summary>The MLP as one op, where both of its products, and their backward pass if there is one, are sparse.</summary>
    private bool TryFuse(in ForwardPass pass, Shape hidden, out SparseMlpWeights weights)
    {
        weights = default;
        if (pass.Unmasked || pass.KeepsHidden || !ScalesOf(pass, DropPath.Mlp).IsNone) return false;
        if (Fc1.Weight.Products.ToFuse(pass.Training) is not { } fc1) return false;
        if (Fc2.Weight.Products.ToFuse(pass.Training) is not { } fc2) return false;
        weights = new SparseMlpWeights(fc1, Fc1.Bias.Weights, fc2, Fc2.Bias.Weights);
        return pass.Device.FusesSparseMlp(hidden[0], weights.Channels, hidden[1], pass.Training);
    }

    private void ForwardMlp(in ForwardPass pass)
    {
        var (device, work) = (pass.Device, pass.Workspace);
        var a = Activations;
        var hidden = new Shape(a.Norm2.Shape[0], Fc1.Weight.Shape[0]);
        (a.PreActivation, a.Hidden, a.MlpSaved) = (default, default, default);
        if (TryFuse(pass, hidden, out _fused))
        {
            if (pass.Training) a.MlpSaved = work.Take(device.SparseMlpSaved(hidden[0], hidden[1]));
            device.SparseMlp(new(a.Norm2, _fused, a.MlpInput.Rows, a.MlpSaved, a.Output.Rows));
            return;
        }

        (a.PreActivation, a.Hidden) = (work.Take(hidden), work.Take(hidden));
        Fc1.ForwardGelu(pass, a.Norm2, a.PreActivation, a.Hidden);
        Join(pass, DropPath.Mlp, Fc2, a.Hidden, a.MlpInput, a.Output);
    }

    /// <summary>From the gradient of the MLP's output to that of its input.</summary>
    private void BackwardMlp(in ForwardPass pass, in Tensor dOutput, in Tensor dInput)
    {
        var (device, work) = (pass.Device, pass.Workspace);
        var a = Activations;
        if (!a.MlpSaved.IsNone)
        {
            var gradients = new SparseMlpGradients(
                Fc1.Weight.Gradient, Fc1.Weight.Products.Samples, Fc1.Bias.Gradient,
                Fc2.Weight.Gradient, Fc2.Weight.Products.Samples, Fc2.Bias.Gradient);
            device.SparseMlpBackward(new(dOutput, a.Norm2, _fused, a.MlpSaved, dInput, gradients));
            return;
        }

        var dHidden = work.Take(a.Hidden.Shape);
        if (pass.Gates is { Kind: ModelGroups.MlpUnits } gates)
        {
            Fc2.Backward(device, dOutput, a.Hidden, dHidden);
            gates.Add(ModelGroups.MlpUnits, _place - 1, a.Hidden, dHidden);
            device.GeluBackward(new(dHidden, a.PreActivation, dHidden));
        }
        else
        {
            Fc2.BackwardThroughGelu(device, dOutput, a.Hidden, a.PreActivation, dHidden);
        }

        Fc1.Backward(device, dHidden, a.Norm2, dInput);
    }
}
