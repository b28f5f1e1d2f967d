namespace NeuralBurden.Compute.Ops.SelectLargest;

/// <summary>Elements [Start, Start + Count) of a flat tensor, of which Keep are to be selected.</summary>
/// <param name="Start">A multiple of 32: masks of segments share no word.</param>
/// <param name="Count">At least 1.</param>
/// <param name="Keep">At most Count.</param>
public readonly record struct WeightSegment(int Start, int Count, int Keep);
