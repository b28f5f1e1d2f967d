namespace NeuralBurden.Vit.Data;

/// <summary>One line of `nb data list`.</summary>
/// <param name="Location">
/// The folder or archive of a set that was found; the generator of an embedded one.
/// </param>
/// <param name="Missing">Why it was not found, in one line; null when it was.</param>
public sealed record DatasetStatus(DatasetManifest Manifest, bool Found, string? Location, string? Missing);
