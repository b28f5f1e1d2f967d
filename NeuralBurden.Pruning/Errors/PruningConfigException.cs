using System.Globalization;

namespace NeuralBurden.Pruning.Errors;

/// <summary>A pruning setting is outside its range; thrown before any training starts.</summary>
public sealed class PruningConfigException : Exception
{
    /// <summary>"pruning.sparsity is 1.2; allowed: a number in [0, 1)".</summary>
    public PruningConfigException(string field, object? value, string allowed)
        : base(string.Create(CultureInfo.InvariantCulture, $"{field} is {value}; allowed: {allowed}."))
    {
        Field = field;
        Allowed = allowed;
    }

    /// <summary>A combination that does not work, told in words.</summary>
    public PruningConfigException(string field, string problem)
        : base($"{field}: {problem}")
    {
        Field = field;
        Allowed = problem;
    }

    public string Field { get; }

    public string Allowed { get; }
}
