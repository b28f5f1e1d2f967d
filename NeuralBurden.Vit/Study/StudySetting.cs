namespace NeuralBurden.Vit.Study;

/// <summary>A setting that the runs of one method get beyond those of the base.</summary>
/// <param name="Method">A method of the study, frozen ones included.</param>
/// <param name="Key">A key of the run under <c>pruning.</c>.</param>
/// <param name="Text">Its value, as a config writes it.</param>
public sealed record StudySetting(string Method, string Key, string Text);
