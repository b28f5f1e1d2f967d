namespace NeuralBurden.Compute.Ops.MatchTokens;

/// <summary>The last step of bipartite matching, shared by the devices that run on the host.</summary>
internal static class BipartiteMap
{
    /// <summary>
    /// Writes the map of one image of which the first <paramref name="real"/> tokens are no padding.
    /// <paramref name="best"/>[a] is the index in B that a picked and <paramref name="score"/>[a] its similarity;
    /// <paramref name="order"/> is scratch; all three [|A|].
    /// </summary>
    public static void Write(
        ReadOnlySpan<float> score, ReadOnlySpan<int> best, int real, in MatchRule rule, Span<int> order, Span<int> map)
    {
        int a = (real + 1) / 2, merges = SelectSources(score[..a], real, rule, order);
        map[real..].Fill(-1);
        for (int n = 0; n < rule.Protected; n++) map[n] = n;
        for (int i = rule.FirstEven; i < a; i++) map[2 * i] = 0;
        for (int i = 0; i < merges; i++) map[2 * order[i]] = -1;
        int kept = rule.Protected;
        for (int i = rule.FirstEven; i < a; i++)
        {
            if (map[2 * i] >= 0) map[2 * i] = kept++;
        }

        // Where token 1 would stand.
        kept -= rule.FirstOdd;
        for (int j = rule.FirstOdd; (2 * j) + 1 < real; j++) map[(2 * j) + 1] = kept + j;
        if (rule.Drop) return;
        for (int i = 0; i < merges; i++) map[2 * order[i]] = kept + best[order[i]];
    }

    // Insertion into the r best so far: by score, then index. r and |A| are tens of tokens.
    private static int SelectSources(ReadOnlySpan<float> score, int real, in MatchRule rule, Span<int> order)
    {
        if (real / 2 <= rule.FirstOdd) return 0;
        int count = 0;
        for (int i = rule.FirstEven; i < score.Length; i++)
        {
            // False for the NaN of no threshold.
            if (score[i] <= rule.Threshold) continue;
            int at = count;
            while (at > 0 && score[order[at - 1]] < score[i]) at--;
            if (at >= rule.R) continue;
            if (count < rule.R) count++;
            for (int k = count - 1; k > at; k--) order[k] = order[k - 1];
            order[at] = i;
        }

        return count;
    }
}
