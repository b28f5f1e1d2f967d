namespace NeuralBurden.Vit.Runs;

/// <summary>A run, or a stored model, belongs to other images or files than those that are there now.</summary>
public sealed class ContentChangedException(string what, IReadOnlyList<string> differences)
    : Exception($"{what}: {string.Join("; ", differences)}")
{
    /// <exception cref="ContentChangedException">The two differ; the message says in what.</exception>
    /// <param name="what">The file or folder that holds the fingerprint, and what follows.</param>
    public static void ThrowIfChanged(string what, ContentFingerprint then, ContentFingerprint now)
    {
        if (then.DifferencesTo(now) is { Count: > 0 } differences) throw new ContentChangedException(what, differences);
    }
}
