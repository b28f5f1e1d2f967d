namespace NeuralBurden.Pruning.Errors;

/// <summary>Suggests the known name nearest to a mistyped one (Levenshtein distance).</summary>
internal static class NearestName
{
    public static string Hint(string name, IEnumerable<string> known)
    {
        var names = known.ToList();
        if (names.Count == 0) return "it has none";
        var nearest = names.MinBy(candidate => Distance(name, candidate))!;
        var list = string.Join(", ", names);
        return Distance(name, nearest) <= Math.Max(2, name.Length / 2)
            ? $"did you mean '{nearest}'? Known: {list}"
            : $"known: {list}";
    }

    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var change = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(change, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }
}
