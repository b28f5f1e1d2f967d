namespace NeuralBurden.Compute.Devices;

/// <summary>One line of <c>nb devices</c>: a device that can be opened, or one that cannot and why.</summary>
/// <param name="Id">The id that <see cref="DeviceCatalog.Open(string, int)"/> takes; of an unusable one, its
/// kind at least.</param>
/// <param name="Name">Name of the hardware as the driver or the processor tells it; empty if unknown.</param>
/// <param name="Usable">It can be opened.</param>
/// <param name="Reason">Why it cannot be used and what would change that; empty where it can.</param>
/// <param name="MemoryBytes">Memory the device can use; 0 if unknown.</param>
/// <param name="Capabilities">Instruction sets, driver versions and limits, for the reader.</param>
public sealed record DeviceListing(
    string Id, string Name, bool Usable, string Reason, long MemoryBytes, IReadOnlyList<string> Capabilities);
