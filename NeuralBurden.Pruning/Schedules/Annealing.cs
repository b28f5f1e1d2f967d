namespace NeuralBurden.Pruning.Schedules;

/// <summary>How a drop fraction changes over training.</summary>
public enum Annealing
{
    Constant,
    Linear,
    Cosine,
}
