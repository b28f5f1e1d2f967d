namespace NeuralBurden.Compute.Sparse;

/// <summary>How a device without <c>SupportsSparse</c> multiplies by a masked matrix.</summary>
public enum SparseForm
{
    /// <summary>Whichever the mask leaves the least work: its entries, panels that are not empty, or all of the matrix.</summary>
    Fastest,

    /// <summary>By its entries, at any density; for measurements.</summary>
    Entries,

    /// <summary>By panels that are not empty, however many these are; for measurements.</summary>
    Panels,
}
