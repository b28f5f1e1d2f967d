namespace NeuralBurden.Compute.Ops.MatchTokens;

/// <summary>The last step of bipartite matching, shared by the devices that run on the host.</summary>
internal static class BipartiteMap
{
    /// <summary>
    /// Writes the map of one image. <paramref name="best"/>[a] is the index in B that a picked and
    /// <paramref name="score"/>[a] its similarity; <paramref name="order"/> is scratch; all three [|A|].
    /// </summary>
    public static void Write(
        ReadOnlySpan<float> score, ReadOnlySpan<int> best, int r, bool protectFirst, Span<int> order, Span<int> map)
    {
        int tokens = map.Length, a = score.Length;
        SelectSources(score, r, protectFirst, order);
        for (int i = 0; i < a; i++) map[2 * i] = 0;
        for (int i = 0; i < r; i++) map[2 * order[i]] = -1;
        int kept = 0;
        for (int i = 0; i < a; i++)
        {
            if (map[2 * i] >= 0) map[2 * i] = kept++;
        }

        for (int j = 0; (2 * j) + 1 < tokens; j++) map[(2 * j) + 1] = kept + j;
        for (int i = 0; i < r; i++) map[2 * order[i]] = kept + best[order[i]];
    }

    // Insertion into the r best so far: by score, then index. r and |A| are tens of tokens.
    private static void SelectSources(ReadOnlySpan<float> score, int r, bool protectFirst, Span<int> order)
    {
        int count = 0;
        for (int i = protectFirst ? 1 : 0; i < score.Length; i++)
        {
            int at = count;
            while (at > 0 && score[order[at - 1]] < score[i]) at--;
            if (at >= r) continue;
            if (count < r) count++;
            for (int k = count - 1; k > at; k--) order[k] = order[k - 1];
            order[at] = i;
        }
    }
}
