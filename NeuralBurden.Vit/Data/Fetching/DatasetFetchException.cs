namespace NeuralBurden.Vit.Data.Fetching;

/// <summary>A data set could not be fetched; the message has what each mirror answered.</summary>
public sealed class DatasetFetchException(string message, Exception? inner = null) : Exception(message, inner);
