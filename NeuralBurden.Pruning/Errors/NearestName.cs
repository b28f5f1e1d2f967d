namespace NeuralBurden.Pruning.Errors;

/// <summary>Guesses what somebody meant to type.</summary>
public static class NearestName
{
    /// <summary>
    /// The candidate with the smallest edit distance (insert, delete, replace, swap of neighbours) to
    /// <paramref name="word"/>, ties by order; null if none is within a third of the word's length, at least
    /// 2 edits.
    /// </summary>
    public static string? Of(string word, IEnumerable<string> candidates)
    {
        string? nearest = null;
        int best = Math.Max(2, word.Length / 3) + 1;
        foreach (string candidate in candidates)
        {
            int distance = Distance(word, candidate);
            if (distance < best) (best, nearest) = (distance, candidate);
        }

        return nearest;
    }

    /// <summary>What a complaint about an unknown name ends with: the nearest one, and all that are known.</summary>
    internal static string Hint(string name, IEnumerable<string> known)
    {
        string[] names = [.. known];
        if (names.Length == 0) return "it has none";
        string list = string.Join(", ", names);
        return Of(name, names) is { } nearest ? $"did you mean '{nearest}'? Known: {list}" : $"known: {list}";
    }

    private static int Distance(string a, string b)
    {
        int[,] d = new int[a.Length + 1, b.Length + 1];
        for (int i = 0; i <= a.Length; i++) d[i, 0] = i;
        for (int j = 0; j <= b.Length; j++) d[0, j] = j;
        for (int i = 1; i <= a.Length; i++)
        {
            for (int j = 1; j <= b.Length; j++)
            {
                int replace = d[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                d[i, j] = Math.Min(replace, Math.Min(d[i - 1, j], d[i, j - 1]) + 1);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    d[i, j] = Math.Min(d[i, j], d[i - 2, j - 2] + 1);
            }
        }

        return d[a.Length, b.Length];
    }
}
