using NeuralBurden.Vit.Formats;
using NeuralBurden.Vit.Model;

namespace NeuralBurden.Vit.Shrinking;

/// <summary>A physically smaller model.</summary>
/// <param name="File">Its model file: no masks, nothing behind them.</param>
/// <param name="Before">Extents of each block as trained.</param>
/// <param name="After">Extents of each block now.</param>
public sealed record ShrunkModel(
    Checkpoint File, IReadOnlyList<BlockShape> Before, IReadOnlyList<BlockShape> After);
