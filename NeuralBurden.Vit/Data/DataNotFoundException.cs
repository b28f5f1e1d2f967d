namespace NeuralBurden.Vit.Data;

/// <summary>
/// A data set that is not on this machine, or a name that is none; the message says how to provide it.
/// </summary>
public sealed class DataNotFoundException(string message) : Exception(message);
