namespace NeuralBurden.Vit.Model;

/// <summary>One tensor of a <see cref="ModelSummary"/>.</summary>
/// <param name="Name">timm's name.</param>
/// <param name="Shape">As stored.</param>
/// <param name="Parameters">Values.</param>
/// <param name="Kept">Values that its mask keeps, all without one.</param>
/// <param name="IsMasked">Whether it has a mask.</param>
/// <param name="MultiplyAdds">Of one image, as if nothing were pruned.</param>
/// <param name="KeptMultiplyAdds">Those of kept weights.</param>
public sealed record SummaryRow(
    string Name, IReadOnlyList<int> Shape, long Parameters, long Kept, bool IsMasked, long MultiplyAdds, long KeptMultiplyAdds);
