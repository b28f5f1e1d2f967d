namespace NeuralBurden.Vit.Study;

/// <summary>A setting that all runs of one method get beyond those of the base: what tuning found for it.</summary>
/// <param name="Method">A pruning method, <c>dense</c> included.</param>
/// <param name="Key">A key of the run.</param>
/// <param name="Text">Its value, as a config writes it.</param>
public sealed record StudySetting(string Method, string Key, string Text);
