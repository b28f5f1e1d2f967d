namespace NeuralBurden.Vit.Formats;

/// <summary>
/// The next batch of a run: <paramref name="Step"/> batches of <paramref name="Epoch"/> are done.
/// </summary>
public readonly record struct DataCursor(int Epoch, int Step);
