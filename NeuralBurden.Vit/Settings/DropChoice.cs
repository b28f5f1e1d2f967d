namespace NeuralBurden.Vit.Settings;

/// <summary>Which tokens the control <c>drop</c> throws away.</summary>
public enum DropChoice
{
    /// <summary>Those that bipartite matching would merge into others: only the information is lost.</summary>
    Matched,

    /// <summary>Random ones.</summary>
    Random,
}
