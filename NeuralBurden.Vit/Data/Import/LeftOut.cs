namespace NeuralBurden.Vit.Data.Import;

/// <summary>What of an image folder does not come into the set, or only in part: by kind, each with its names.</summary>
internal sealed class LeftOut
{
    private const int NamesShown = 20;

    private readonly List<(string Noun, string Reason, List<string> Names)> _kinds = [];

    /// <summary>A line per kind: how many, and the first names.</summary>
    public IReadOnlyList<string> Lines => [.. _kinds.Select(Line)];

    /// <param name="noun">What one of it is called.</param>
    /// <param name="reason">What becomes of it, and why.</param>
    public void Add(string noun, string reason, string name)
    {
        int at = _kinds.FindIndex(k => k.Noun == noun && k.Reason == reason);
        if (at < 0) _kinds.Add((noun, reason, [name]));
        else _kinds[at].Names.Add(name);
    }

    private static string Line((string Noun, string Reason, List<string> Names) kind)
    {
        var (noun, reason, names) = kind;
        string plural = names.Count == 1 ? "" : noun.EndsWith('s') ? "es" : "s";
        string more = names.Count > NamesShown ? $" and {names.Count - NamesShown} more" : "";
        return $"{names.Count} {noun}{plural} {reason}: {string.Join(", ", names.Take(NamesShown))}{more}";
    }
}
