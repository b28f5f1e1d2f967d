namespace NeuralBurden.Vit.Runs;

/// <summary>
/// The neural burden of one layer after one epoch on the fixed probe images, with the terms it is made of
/// (arXiv 2407.16716; the definitions are this project's own). A measure that the reference does not allow is
/// absent.
/// </summary>
public sealed record BurdenRecord
{
    public required int Epoch { get; init; }

    public required int Step { get; init; }

    /// <summary>Block, from 0.</summary>
    public required int Layer { get; init; }

    /// <summary>Where the activity was read, such as <c>mlp</c>.</summary>
    public required string Site { get; init; }

    /// <summary>The network that ratios are taken to, such as <c>shadow</c>.</summary>
    public required string Reference { get; init; }

    /// <summary>Share of zeros among the layer's effective prunable weights.</summary>
    public double Sparsity { get; init; }

    /// <summary>Tokens per image at the site.</summary>
    public int Tokens { get; init; }

    /// <summary>r_j = mean over images of sum_n w_n |h_nj|.</summary>
    public UnitQuantiles? Rate { get; init; }

    /// <summary>
    /// Lambda_j = r_j / r_j of the reference, over units with a reference rate above 1 % of the layer's mean.
    /// </summary>
    public UnitQuantiles? LoadRatio { get; init; }

    /// <summary>u_j = (sum_i m_ji |W_ji| E|x_i|) / (sum_i m_ji), activity per surviving synapse.</summary>
    public UnitQuantiles? SynapseLoad { get; init; }

    /// <summary>U_j = u_j / u_j of the reference.</summary>
    public UnitQuantiles? SynapseLoadRatio { get; init; }

    /// <summary>eps = E|s - s_hat|^2 / E|s - mean s|^2 of the block's output.</summary>
    public double? SignalError { get; init; }

    /// <summary>C1 = sum_j r_j.</summary>
    public double? RateCost { get; init; }

    /// <summary>cr = C1 / C1 of the reference.</summary>
    public double? CostRatio { get; init; }

    /// <summary>B = eps + beta max(0, cr - 1), beta = 1.</summary>
    public double? Burden { get; init; }

    /// <summary>eps + beta cr, beta = 1.</summary>
    public double? RawBurden { get; init; }

    /// <summary>Units whose row or column of the mask is all zero.</summary>
    public int? DeadUnits { get; init; }
}
