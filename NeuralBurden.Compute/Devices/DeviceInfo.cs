namespace NeuralBurden.Compute.Devices;

/// <summary>What a device is, for listings and for the record of a run.</summary>
/// <param name="Id">The id that <c>--device</c> takes: <c>reference</c>, <c>cpu</c>, <c>cuda:0</c>, ...</param>
/// <param name="Name">Name of the hardware as the driver or the processor tells it.</param>
/// <param name="Kind">Runs are bitwise repeatable within one kind.</param>
/// <param name="Units">Cores used, or multiprocessors.</param>
/// <param name="MemoryBytes">Memory the device can use.</param>
/// <param name="Capabilities">Instruction sets, driver versions and limits, for the reader.</param>
public sealed record DeviceInfo(
    string Id, string Name, string Kind, int Units, long MemoryBytes, IReadOnlyList<string> Capabilities);
