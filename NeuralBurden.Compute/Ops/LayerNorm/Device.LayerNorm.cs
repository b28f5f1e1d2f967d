using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Devices;

public abstract partial class Device
{
    /// <summary>
    /// y = (x - mean) * rstd * gamma + beta per row, with mean and rstd = 1 / sqrt(variance + epsilon) over the C
    /// channels (biased variance; arXiv 1607.06450). x, y [M, C]; gamma, beta [C]; mean, rstd [M] are saved for
    /// backward. y may be x.
    /// </summary>
    /// <exception cref="ArgumentException">Shapes that do not fit.</exception>
    public void LayerNorm(
        in Tensor x, in Tensor gamma, in Tensor beta, in Tensor y, in Tensor mean, in Tensor rstd, float epsilon = 1e-6f)
    {
        const string op = "LayerNorm";
        Require.Rank(this, op, "x", x, 2);
        int m = x.Shape[0], c = x.Shape[1];
        Require.Floats(this, op, "gamma", gamma, new Shape(c));
        Require.Floats(this, op, "beta", beta, new Shape(c));
        Require.Floats(this, op, "y", y, x.Shape);
        Require.Floats(this, op, "mean", mean, new Shape(m));
        Require.Floats(this, op, "rstd", rstd, new Shape(m));
        if (x.Count > 0) LayerNormCore(m, c, x, gamma, beta, y, mean, rstd, epsilon);
    }

    /// <summary>
    /// Gradients of <see cref="LayerNorm"/>. With n = (x - mean) rstd and g = dy * gamma:
    /// dx (+)= rstd (g - mean(g) - n mean(g n)), dgamma += sum over rows of dy n, dbeta += sum over rows of dy.
    /// dx is added to with <paramref name="accumulate"/>: the residual stream's gradient. dx may not be dy or x.
    /// </summary>
    /// <exception cref="ArgumentException">Shapes that do not fit, or overlap.</exception>
    public void LayerNormBackward(
        in Tensor dy,
        in Tensor x,
        in Tensor gamma,
        in Tensor mean,
        in Tensor rstd,
        in Tensor dx,
        in Tensor dgamma,
        in Tensor dbeta,
        bool accumulate)
    {
        const string op = "LayerNormBackward";
        Require.Rank(this, op, "x", x, 2);
        int m = x.Shape[0], c = x.Shape[1];
        Require.Floats(this, op, "dy", dy, x.Shape);
        Require.Floats(this, op, "gamma", gamma, new Shape(c));
        Require.Floats(this, op, "mean", mean, new Shape(m));
        Require.Floats(this, op, "rstd", rstd, new Shape(m));
        Require.Floats(this, op, "dx", dx, x.Shape);
        Require.Floats(this, op, "dgamma", dgamma, new Shape(c));
        Require.Floats(this, op, "dbeta", dbeta, new Shape(c));
        Require.Disjoint(op, "dy", dy, "dx", dx);
        Require.Disjoint(op, "x", x, "dx", dx);
        if (x.Count > 0) LayerNormBackwardCore(m, c, dy, x, gamma, mean, rstd, dx, dgamma, dbeta, accumulate);
    }

    protected abstract void LayerNormCore(
        int m, int c, in Tensor x, in Tensor gamma, in Tensor beta, in Tensor y, in Tensor mean, in Tensor rstd, float epsilon);

    protected abstract void LayerNormBackwardCore(
        int m,
        int c,
        in Tensor dy,
        in Tensor x,
        in Tensor gamma,
        in Tensor mean,
        in Tensor rstd,
        in Tensor dx,
        in Tensor dgamma,
        in Tensor dbeta,
        bool accumulate);
}
