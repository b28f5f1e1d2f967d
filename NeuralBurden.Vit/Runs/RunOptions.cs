using NeuralBurden.Vit.Distributed;

namespace NeuralBurden.Vit.Runs;

/// <summary>What a run needs from its surroundings and what does not change its outcome, but for rounding.</summary>
public sealed record RunOptions
{
    /// <summary>Folder of the data sets; null = <c>NB_DATA</c>, else the user's cache folder.</summary>
    public string? DataDirectory { get; init; }

    /// <summary>Cores to use; null = all.</summary>
    public int? Threads { get; init; }

    /// <summary>
    /// Whether products of masked weights skip the pruned ones. Forward and input gradients have the same bits either
    /// way; weight gradients of methods that need them at kept weights alone differ in the last bits between
    /// <see cref="SparseMode.Never"/> and the others.
    /// </summary>
    public SparseMode Sparse { get; init; }

    /// <summary>
    /// The device to open instead of the config's, of the same kind: which of several equal ones a scheduler gave this
    /// run. Null = the config's.
    /// </summary>
    public string? Device { get; init; }

    /// <summary>
    /// Whether an evaluation returns all logits; without them its memory does not grow with images times classes.
    /// </summary>
    public bool Logits { get; init; } = true;

    /// <summary>
    /// The processes that train the run together with this one; null = this one alone. Their number changes the order
    /// of additions, and with it the last bits.
    /// </summary>
    public IGradientExchange? Exchange { get; init; }

    /// <summary>Whether the caller has the run's lock already, to hold it until the result is stored.</summary>
    public bool HoldsLock { get; init; }
}
