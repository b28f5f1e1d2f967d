namespace NeuralBurden.Vit.Inference;

/// <summary>A class and how probable it is.</summary>
/// <param name="Name">The class; its number where the model's file has no names.</param>
/// <param name="Probability">Softmax of the logits, 0 to 1.</param>
/// <param name="Index">Its number, from 0.</param>
public readonly record struct ClassScore(string Name, double Probability, int Index);
