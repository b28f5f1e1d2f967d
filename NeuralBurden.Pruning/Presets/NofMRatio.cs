using System.Globalization;
using NeuralBurden.Pruning.Errors;
using NeuralBurden.Pruning.Patterns;

namespace NeuralBurden.Pruning.Presets;

/// <summary>
/// Settles N:M against the sparsity: n and m, when set, decide and must agree with a sparsity that is set
/// too; otherwise the sparsity decides, by the default M where it fits and else by the smallest M up to 32
/// (0.9 is 1 of 10).
/// </summary>
internal static class NofMRatio
{
    private const int LargestDerived = 32;
    private const double Tolerance = 1e-6;

    public static MethodParameter[] Parameters =>
    [
        MethodParameter.Integer("n", 2, 1, 64, "weights kept of every group"),
        MethodParameter.Integer("m", 4, 1, 64, "neighbouring inputs in a group"),
    ];

    public static NofMPattern Resolve(MethodSettings s)
    {
        int n = (int)s.Values.Integer("n");
        int m = (int)s.Values.Integer("m");
        bool set = s.Values.IsSet("n") || s.Values.IsSet("m");
        if (n > m)
            throw new SettingException("parameters.n", n, $"a whole number in [1, m = {m}]");
        if (!s.SparsityIsSet) return new NofMPattern(n, m);
        if (set && Math.Abs(1 - (double)n / m - s.Sparsity) > Tolerance)
        {
            throw new SettingException(
                "sparsity", s.Sparsity, $"{1 - (double)n / m} for keep {n} of {m}, or none given");
        }

        if (set) return new NofMPattern(n, m);
        foreach (int size in Enumerable.Range(1, LargestDerived).Prepend(m))
        {
            double keep = Math.Round((1 - s.Sparsity) * size);
            if (keep >= 1 && Math.Abs(1 - keep / size - s.Sparsity) < Tolerance)
                return new NofMPattern((int)keep, size);
        }

        throw new SettingException(
            "sparsity", s.Sparsity, $"1 - n/m with whole n and m up to {LargestDerived}");
    }

    /// <summary>The pattern that is meant, as a sparsity with its n and m.</summary>
    public static (double Sparsity, IReadOnlyDictionary<string, string> Parameters) Settle(MethodSettings s)
    {
        var pattern = Resolve(s);
        return (pattern.Sparsity, new Dictionary<string, string>
        {
            ["n"] = pattern.N.ToString(CultureInfo.InvariantCulture),
            ["m"] = pattern.M.ToString(CultureInfo.InvariantCulture),
        });
    }
}
