namespace NeuralBurden.Vit.Runs;

/// <summary>The process that works in a run folder.</summary>
/// <param name="Started">When it took the folder.</param>
/// <param name="ProcessStarted">When the process began: tells it from a later one with the same id.</param>
public sealed record RunOwner(int Pid, string Host, DateTimeOffset Started, DateTimeOffset ProcessStarted);
