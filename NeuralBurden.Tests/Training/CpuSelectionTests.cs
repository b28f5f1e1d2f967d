using NeuralBurden.Compute.Devices.Cpu;

namespace NeuralBurden.Tests.Training;

public sealed class CpuSelectionTests() : DeviceSelectionTests(new CpuDevice(threads: 3));
