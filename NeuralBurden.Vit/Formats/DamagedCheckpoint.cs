namespace NeuralBurden.Vit.Formats;

/// <param name="Problem">Names file, field and fault.</param>
public sealed record DamagedCheckpoint(string File, string Problem);
