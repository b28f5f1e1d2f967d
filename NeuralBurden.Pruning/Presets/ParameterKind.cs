namespace NeuralBurden.Pruning.Presets;

/// <summary>What a method's parameter holds.</summary>
public enum ParameterKind
{
    Number,
    Integer,
    Flag,
    Choice,
}
