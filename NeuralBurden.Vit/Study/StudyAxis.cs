namespace NeuralBurden.Vit.Study;

/// <summary>A config key and the values that a row gives it.</summary>
/// <param name="Values">Texts as a config writes them.</param>
public sealed record StudyAxis(string Key, IReadOnlyList<string> Values);
