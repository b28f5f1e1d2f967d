namespace NeuralBurden.Vit.Distributed;

/// <summary>The processes of a job cannot work together; the message says why and what would change that.</summary>
public sealed class MpiException(string message) : Exception(message);
