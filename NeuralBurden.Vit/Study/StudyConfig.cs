using NeuralBurden.Vit.Configuration;

namespace NeuralBurden.Vit.Study;

/// <summary>
/// The grid of a study, the block <c>study:</c> of a config. The rest of the config is the run that every cell starts
/// from. <see cref="StudyFields"/> has key, meaning and range of every member, <see cref="StudyPlan"/> the expansion.
/// A list left empty leaves that part of the study out, except where a member says otherwise.
/// </summary>
public sealed record StudyConfig
{
    /// <summary>Pruning methods under study.</summary>
    public IReadOnlyList<string> Methods { get; init; } = [];

    /// <summary>Target sparsities; 0 is the dense network, which every study has.</summary>
    public IReadOnlyList<double> Sparsities { get; init; } = [];

    /// <summary>Seeds; every cell is run with each. Empty = the run's own seed.</summary>
    public IReadOnlyList<int> Seeds { get; init; } = [];

    /// <summary>Token merging under study.</summary>
    public IReadOnlyList<string> MergingKinds { get; init; } = [];

    /// <summary>Tokens that it removes.</summary>
    public IReadOnlyList<TokenQuantity> MergingR { get; init; } = [];

    /// <summary>Where merging is tried; empty = at every sparsity of the study.</summary>
    public IReadOnlyList<double> MergingSparsities { get; init; } = [];

    /// <summary>Methods that it is tried with; empty = all. The dense network always is.</summary>
    public IReadOnlyList<string> MergingMethods { get; init; } = [];

    /// <summary>Mergings to compare with.</summary>
    public IReadOnlyList<string> ControlKinds { get; init; } = [];

    /// <summary>Tokens that they remove; each is compared with the merging that removes as many.</summary>
    public IReadOnlyList<TokenQuantity> ControlR { get; init; } = [];

    /// <summary>Where controls are run; empty = where merging is.</summary>
    public IReadOnlyList<double> ControlSparsities { get; init; } = [];

    /// <summary>Methods that they are run with; empty = those of merging.</summary>
    public IReadOnlyList<string> ControlMethods { get; init; } = [];

    /// <summary>Sparsities whose kept parameters small dense networks have.</summary>
    public IReadOnlyList<double> SmallDense { get; init; } = [];

    /// <summary>Methods with a mask that never changes.</summary>
    public IReadOnlyList<string> FrozenMethods { get; init; } = [];

    /// <summary>
    /// Methods of the study to run again with gamma = 0: pruned weights get no gradient. They need that parameter.
    /// </summary>
    public IReadOnlyList<string> GammaZeroMethods { get; init; } = [];

    /// <summary>Where frozen masks and gamma = 0 are run; empty = at every sparsity of the study.</summary>
    public IReadOnlyList<double> FrozenSparsities { get; init; } = [];

    /// <summary>What single methods are run with beyond the base, such as their times.</summary>
    public IReadOnlyList<StudySetting> Settings { get; init; } = [];
}
