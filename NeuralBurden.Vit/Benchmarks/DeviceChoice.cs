namespace NeuralBurden.Vit.Benchmarks;

/// <summary>What <c>device: auto</c> stands for here, and why.</summary>
/// <param name="Id">An id of the catalog.</param>
/// <param name="Reason">For people: what speaks for it, or against all GPUs.</param>
public sealed record DeviceChoice(string Id, string Reason);
