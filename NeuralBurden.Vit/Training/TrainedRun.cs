using NeuralBurden.Vit.Runs;

namespace NeuralBurden.Vit.Training;

/// <summary>A finished run: its figures, and the folder with the model and the records.</summary>
public sealed record TrainedRun(RunFolder Folder, RunResult Result);
