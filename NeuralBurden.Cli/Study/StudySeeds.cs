using System.Globalization;
using NeuralBurden.Cli.Config;
using NeuralBurden.Cli.Output;
using NeuralBurden.Vit.Study;

namespace NeuralBurden.Cli.Study;

/// <summary>Seeds as a study writes them: <c>[1, 2]</c>, <c>101-112</c>, or both.</summary>
internal static class StudySeeds
{
    public const string Allowed = "whole numbers and ranges such as 101-112";

    /// <exception cref="UserException">An item is no seed, is there twice, or there are too many.</exception>
    public static IReadOnlyList<int> Read(string key, ConfigNode node)
    {
        var seeds = new HashSet<int>();
        foreach (var item in node is ConfigNode.List list ? list.Items : [node])
        {
            if (item is not ConfigNode.Scalar { IsNull: false } scalar)
                throw item.Origin.Error($"'{key}' takes {Allowed}, as in [1, 2, 101-112]");
            var (first, last) = Range(key, scalar);
            if ((long)last - first + seeds.Count >= StudyGrid.MostRuns)
            {
                throw item.Origin.Error(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{key}: {scalar.Text} makes {(long)last - first + 1 + seeds.Count:N0} seeds; a study has at most "
                    + $"{StudyGrid.MostRuns:N0} runs"));
            }

            for (int seed = first; ; seed++)
            {
                if (!seeds.Add(seed)) throw item.Origin.Error($"{key}: {seed} is there twice");
                if (seed == last) break;
            }
        }

        return seeds.Count > 0 ? [.. seeds] : throw node.Origin.Error($"'{key}' is empty; allowed: {Allowed}");
    }

    private static (int First, int Last) Range(string key, ConfigNode.Scalar scalar)
    {
        string[] ends = scalar.Text.Split('-', StringSplitOptions.TrimEntries);
        if (ends.Length <= 2
            && int.TryParse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture, out int first)
            && int.TryParse(ends[^1], NumberStyles.None, CultureInfo.InvariantCulture, out int last)
            && first <= last)
        {
            return (first, last);
        }

        throw scalar.Origin.Error($"{key}: '{scalar.Text}' is no seed; allowed: {Allowed}, each 0 to 2,147,483,647");
    }
}
