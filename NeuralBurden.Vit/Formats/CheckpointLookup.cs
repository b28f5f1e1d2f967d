namespace NeuralBurden.Vit.Formats;

/// <summary>What a search for the newest checkpoint found.</summary>
/// <param name="Checkpoint">Null where no file is sound, or none exists.</param>
/// <param name="File">Its path; null together with it.</param>
/// <param name="Damaged">Newer files that were skipped, newest first, to be reported to the user.</param>
public sealed record CheckpointLookup(
    Checkpoint? Checkpoint, string? File, IReadOnlyList<DamagedCheckpoint> Damaged);
