namespace NeuralBurden.Vit.Data.Import;

/// <summary>How an image folder becomes a data set.</summary>
/// <param name="Size">Side of the square that images are resized and cropped to; null: all have one size already.</param>
/// <param name="TestShare">Share of each class that becomes the test split, where the folder has no splits of its own.</param>
/// <param name="Grey">Whether colours become grey, by the luma of BT.601.</param>
/// <param name="Link">Whether pictures stay where they are, listed in the file, to be decoded when they are read.</param>
/// <param name="Threads">Most threads that decode; null: all cores. The file does not depend on it.</param>
public sealed record ImportOptions(
    int? Size = null, double TestShare = 0.2, bool Grey = false, bool Link = false, int? Threads = null);
