namespace NeuralBurden.Vit.Burden;

/// <summary>
/// One measurement of the neural burden: one layer, one site, at one moment of training, on the fixed probe images in
/// evaluation mode (arXiv 2407.16716; the definitions are this project's own, docs/burden.md explains each). A measure
/// that the site or the reference does not allow is absent.
/// </summary>
/// <remarks>
/// Unit j of H; probe image p of P; token n of N with size weight w_n = size_n / sum of sizes; h [P, N, H] the site's
/// activity; x its inputs; W, m weights and mask of the matrix that makes the units; D_j column j of the masked matrix
/// that reads them. A superscript 0 is the reference. Quantiles over units are taken over those that are alive: their
/// row of W m and their column of D are not all zero.
/// </remarks>
public sealed record BurdenRecord
{
    /// <summary>Epoch that the step belongs to, from 1.</summary>
    public required int Epoch { get; init; }

    /// <summary>Steps done.</summary>
    public required int Step { get; init; }

    public required BurdenPhase Phase { get; init; }

    /// <summary>Block, from 0.</summary>
    public required int Layer { get; init; }

    public required BurdenSite Site { get; init; }

    public required BurdenReference Reference { get; init; }

    /// <summary>s: share of zeros among the block's effective prunable weights.</summary>
    public double Sparsity { get; init; }

    /// <summary>N: tokens per image at the site.</summary>
    public int Tokens { get; init; }

    /// <summary>H.</summary>
    public int Units { get; init; }

    /// <summary>Units whose row of W m or column of D is all zero.</summary>
    public int DeadUnits { get; init; }

    /// <summary>r_j = mean over images of sum_n w_n |h_pnj|: mean activity per token; activation.</summary>
    public UnitQuantiles? Rate { get; init; }

    /// <summary>R_j = mean over images of sum_n |h_pnj|: work per image; activation x tokens.</summary>
    public UnitQuantiles? ImageLoad { get; init; }

    /// <summary>e_j = mean over images of sum_n w_n h_pnj^2; activation squared.</summary>
    public UnitQuantiles? Energy { get; init; }

    /// <summary>g_j = |D_j|, the Euclidean norm.</summary>
    public UnitQuantiles? DecoderGain { get; init; }

    /// <summary>c_j = r_j g_j: invariant when W grows and D shrinks; output units.</summary>
    public UnitQuantiles? Contribution { get; init; }

    /// <summary>Lambda_j = r_j / r_j^0, over units with r_j^0 above 1 % of the layer's mean; as are the other ratios.</summary>
    public UnitQuantiles? RateRatio { get; init; }

    /// <summary>Gamma_j = g_j / g_j^0.</summary>
    public UnitQuantiles? DecoderRatio { get; init; }

    /// <summary>K_j = c_j / c_j^0 = Lambda_j Gamma_j.</summary>
    public UnitQuantiles? ContributionRatio { get; init; }

    /// <summary>u_j = (sum_i m_ji |W_ji| E|x_i|) / (sum_i m_ji): input per surviving synapse.</summary>
    public UnitQuantiles? SynapseLoad { get; init; }

    /// <summary>U_j = u_j / u_j^0; 1 / (1 - s) is its upper reference curve.</summary>
    public UnitQuantiles? SynapseLoadRatio { get; init; }

    /// <summary>q_j = r_j / mean of r over the layer.</summary>
    public UnitQuantiles? RelativeLoad { get; init; }

    /// <summary>Share of units alive with q_j at most 0.025.</summary>
    public double? IdleShare { get; init; }

    /// <summary>Share of units alive with q_j at least 4.</summary>
    public double? OverloadedShare { get; init; }

    /// <summary>(sum c_j)^2 / (H_alive sum c_j^2), in (0, 1]: 1 where all units contribute alike.</summary>
    public double? Participation { get; init; }

    /// <summary>Gini coefficient of c over units alive, in [0, 1): 0 where all units contribute alike.</summary>
    public double? Gini { get; init; }

    /// <summary>Share of (image, token) with |h_j| above 1 % of the layer's mean |h|, by w_n.</summary>
    public UnitQuantiles? ActivityShare { get; init; }

    /// <summary>r_j over patch tokens alone, where there is a class token, which merging never touches.</summary>
    public UnitQuantiles? PatchRate { get; init; }

    /// <summary>r_j at the class token alone.</summary>
    public UnitQuantiles? ClassRate { get; init; }

    /// <summary>K_j over patch tokens alone.</summary>
    public UnitQuantiles? PatchContributionRatio { get; init; }

    /// <summary>K_j at the class token alone.</summary>
    public UnitQuantiles? ClassContributionRatio { get; init; }

    /// <summary>r_j^0: the reference's own distribution, comparable where units are not aligned too.</summary>
    public UnitQuantiles? ReferenceRate { get; init; }

    /// <summary>c_j^0.</summary>
    public UnitQuantiles? ReferenceContribution { get; init; }

    /// <summary>u_j^0.</summary>
    public UnitQuantiles? ReferenceSynapseLoad { get; init; }

    /// <summary>
    /// Linear CKA, in [0, 1], between the units' mean activities per image and the reference's: 1 where both span the
    /// same geometry of images, up to rotation and scale (arXiv 1905.00414).
    /// </summary>
    public double? Similarity { get; init; }

    /// <summary>
    /// eps = E|s - s_hat|^2 / E|s - mean s|^2: s the reference's output of the block, s_hat its own on the same input.
    /// </summary>
    public double? SignalError { get; init; }

    /// <summary>C1 = sum_j r_j.</summary>
    public double? RateCost { get; init; }

    /// <summary>C2 = sum_j e_j.</summary>
    public double? EnergyCost { get; init; }

    /// <summary>cr1 = C1 / C1^0.</summary>
    public double? RateCostRatio { get; init; }

    /// <summary>cr2 = C2 / C2^0.</summary>
    public double? EnergyCostRatio { get; init; }

    /// <summary>beta of the four forms below, <c>burden.beta</c>.</summary>
    public required double Beta { get; init; }

    /// <summary>B = eps + beta max(0, cr1 - 1).</summary>
    public double? Burden { get; init; }

    /// <summary>eps + beta cr1.</summary>
    public double? RawBurden { get; init; }

    /// <summary>eps + beta max(0, cr2 - 1).</summary>
    public double? EnergyBurden { get; init; }

    /// <summary>eps + beta cr2.</summary>
    public double? RawEnergyBurden { get; init; }

    /// <summary>
    /// eps_opt: the least eps that any rates (r at least -0.17, where GELU ends) reach through the surviving decoders,
    /// the residual stream and the bias being what they are; at most eps.
    /// </summary>
    public double? BestError { get; init; }

    /// <summary>The same with rates of any sign: the share of the signal outside the span of the D_j.</summary>
    public double? SpanError { get; init; }

    /// <summary>o_j: share of (image, token) with |h_j| above the 99.9th percentile of |h_j^0|.</summary>
    public UnitQuantiles? OverRange { get; init; }

    /// <summary>rho_j = E sum_i max(W_ji m_ji x_i, 0) / E sum_i max(-W_ji m_ji x_i, 0): excitation over inhibition.</summary>
    public UnitQuantiles? CurrentBalance { get; init; }

    /// <summary>|log2 rho_j - log2 rho_j^0|, octaves.</summary>
    public UnitQuantiles? BalanceShift { get; init; }

    /// <summary>Units alive whose balance shifted by more than 1 octave.</summary>
    public int? ShiftedUnits { get; init; }

    /// <summary>n: share of units alive with o_j above 0.01 or a shift above 1 octave.</summary>
    public double? PastBoundaryShare { get; init; }

    /// <summary>n with both thresholds halved.</summary>
    public double? PastBoundaryShareHalf { get; init; }

    /// <summary>n with both thresholds doubled.</summary>
    public double? PastBoundaryShareDouble { get; init; }

    /// <summary>Whether eps_opt is above 0.05.</summary>
    public bool? PastBoundary { get; init; }
}
