namespace NeuralBurden.Vit.Model.Merging;

/// <summary>
/// Where and how a model merges tokens: the same tokens for the same inputs, weights and step. The matching is a
/// constant for backward; gradient flows through the fused tokens (arXiv 2210.09461, 2407.16716).
/// </summary>
public abstract class TokenMerging(string name, MergePlan plan, bool proportionalAttention)
{
    /// <summary>Name in configs and results, such as <c>single-pass</c>.</summary>
    public string Name => name;

    public MergePlan Plan => plan;

    /// <summary>Whether later attention adds log(size) to the scores of each key.</summary>
    public bool ProportionalAttention => proportionalAttention;

    /// <summary>
    /// Whether images may keep different numbers of tokens. The plan is then the most that is removed, and an image with
    /// fewer tokens than the longest of its batch ends in padding of size 0, which nothing attends to.
    /// </summary>
    public virtual bool Ragged => false;

    /// <summary>Whether matches may be decided at the same time for different images: nothing is kept between them.</summary>
    public virtual bool IsStateless => false;

    /// <summary>How the tokens of a group become one.</summary>
    public virtual TokenFusion Fusion => TokenFusion.Mean;

    /// <summary>Decides which tokens become one so that r fewer remain; with <see cref="Ragged"/>, at most r fewer.</summary>
    public abstract TokenMatch Match(in MergeContext context, int r);

    /// <summary>Multiply-adds of the decision for one image of T tokens at a place.</summary>
    public abstract long MatchCost(int place, int tokens, VitShape shape);
}
