namespace NeuralBurden.Vit.Data.Import;

/// <summary>An image folder that is no data set; the message names the folder or file and what to do.</summary>
public sealed class ImageFolderException(string message, Exception? inner = null) : Exception(message, inner);
