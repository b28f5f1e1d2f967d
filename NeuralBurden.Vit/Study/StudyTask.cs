namespace NeuralBurden.Vit.Study;

/// <summary>A piece of a study's work.</summary>
/// <param name="Cell">The run.</param>
/// <param name="Measures">Whether it is trained and its measures are due; else it is to be trained.</param>
public sealed record StudyTask(StudyCell Cell, bool Measures);
