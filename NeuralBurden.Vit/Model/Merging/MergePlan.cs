using NeuralBurden.Pruning.Errors;
using NeuralBurden.Vit.Settings;

namespace NeuralBurden.Vit.Model.Merging;

/// <summary>How many tokens are merged away where: 0 = after the embedding, l = in block l between attention and MLP.</summary>
public sealed class MergePlan
{
    private readonly int[] _removed;

    private MergePlan(int[] removed) => _removed = removed;

    /// <summary>Tokens that all merges of a pass remove together.</summary>
    public int Total => _removed.Sum();

    /// <summary>Removes r tokens at one place of a model of <paramref name="depth"/> blocks; for tests and tools.</summary>
    public static MergePlan Single(int depth, int place, int r)
    {
        int[] removed = new int[depth + 1];
        removed[place] = r;
        return new MergePlan(removed);
    }

    /// <summary>
    /// Spreads <c>tokens.r</c> over the places <c>tokens.layer</c>, + every, + 2 every, ...: a count is what each merge
    /// removes, a share is what all of them together remove of the patches. With inflection i the
    /// merges grow linearly from (1 - i) to (1 + i) times their mean.
    /// </summary>
    /// <param name="every">Blocks between merges; 0 merges once.</param>
    /// <param name="most">Most tokens that one merge can take from T.</param>
    /// <exception cref="SettingException">More is asked for than can be merged; names the maximum.</exception>
    public static MergePlan Create(TokensConfig config, VitShape shape, int every, Func<int, int> most)
    {
        CheckLayer(config, shape);
        int places = every == 0 ? 1 : ((shape.Depth - config.Layer) / every) + 1;
        int candidates = shape.Patches;
        int total = config.R.IsShare ? config.R.Resolve(candidates, 0) : config.R.Resolve(candidates, 0) * places;
        int[] removed = Spread(total);
        if (Fits(removed, out string where)) return new MergePlan(removed);
        int step = config.R.IsShare ? 1 : places, best = Math.Min(total, shape.Tokens * places) / step * step;
        while (best > 0 && !Fits(Spread(best), out _)) best -= step;
        string limit = config.R.IsShare
            ? $"{Math.Floor(100.0 * best / candidates)}% ({best} of {candidates} tokens)"
            : $"{best / places} tokens per merge";
        throw new SettingException("tokens.r", $"{config.R} asks {where}; allowed: at most {limit}");

        int[] Spread(int sum)
        {
            int[] counts = new int[shape.Depth + 1];
            double weight = 0;
            int given = 0;
            for (int i = 0; i < places; i++)
            {
                weight += 1 + (places == 1 ? 0 : config.Inflection * ((2.0 * i / (places - 1)) - 1));
                // Rounded sums, so that the parts add up to the whole.
                int upTo = (int)Math.Round(sum * weight / places, MidpointRounding.AwayFromZero);
                counts[config.Layer + (i * every)] = upTo - given;
                given = upTo;
            }

            return counts;
        }

        bool Fits(int[] counts, out string problem)
        {
            int tokens = shape.Tokens;
            problem = "";
            for (int place = 0; place < counts.Length; place++)
            {
                if (counts[place] > most(tokens))
                {
                    problem = Excess(place, counts[place], tokens, most(tokens));
                    return false;
                }

                tokens -= counts[place];
            }

            return true;
        }
    }

    /// <summary>
    /// At each place <c>tokens.layer</c>, + every, + 2 every, ...: as many as a rule removes of the tokens that are left by then.
    /// </summary>
    /// <param name="every">Blocks between merges; 0 merges once.</param>
    /// <param name="removed">Tokens that a merge removes of T at the keep rate.</param>
    /// <param name="most">Most tokens that one merge can take from T.</param>
    /// <exception cref="SettingException">Less is to be kept than can be; names the least rate in steps of 0.01.</exception>
    public static MergePlan Keeping(
        TokensConfig config, VitShape shape, int every, Func<int, double, int> removed, Func<int, int> most)
    {
        CheckLayer(config, shape);
        double rate = config.Keep ?? 1;
        if (TryKeeping(rate, out var plan, out string where)) return plan;
        int percent = (int)Math.Ceiling(rate * 100);
        while (percent < 100 && !TryKeeping(percent / 100.0, out _, out _)) percent++;
        throw new SettingException("tokens.keep", $"{rate:R} asks {where}; allowed: at least {percent / 100.0:R}");

        bool TryKeeping(double rate, out MergePlan plan, out string problem)
        {
            int[] counts = new int[shape.Depth + 1];
            int tokens = shape.Tokens;
            (plan, problem) = (new MergePlan(counts), "");
            for (int place = config.Layer; place <= shape.Depth; place += every == 0 ? shape.Depth + 1 : every)
            {
                counts[place] = removed(tokens, rate);
                if (counts[place] > most(tokens))
                {
                    problem = Excess(place, counts[place], tokens, most(tokens));
                    return false;
                }

                tokens -= counts[place];
            }

            return true;
        }
    }

    public int RemovedAt(int place) => _removed[place];

    private static void CheckLayer(TokensConfig config, VitShape shape)
    {
        if (config.Layer <= shape.Depth) return;
        throw new SettingException(
            "tokens.layer", $"{config.Layer} is out of range; allowed: 0 (after the embedding) to {shape.Depth}");
    }

    private static string Excess(int place, int removed, int tokens, int most)
    {
        string at = place == 0 ? "the merge after the embedding" : $"the merge in block {place}";
        return $"{at} to remove {removed} of {tokens} tokens, of which it can take {most}";
    }
}
