namespace NeuralBurden.Vit.Benchmarks;

/// <summary>One line of a device's check.</summary>
/// <param name="Name">What was checked.</param>
/// <param name="Passed">Whether it holds.</param>
/// <param name="Detail">How much was checked, or what is wrong.</param>
/// <param name="Seconds">Wall time.</param>
public sealed record CheckStep(string Name, bool Passed, string Detail, double Seconds);
