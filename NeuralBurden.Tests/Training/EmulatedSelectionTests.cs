using NeuralBurden.Tests.Ilgpu;
using Xunit;

namespace NeuralBurden.Tests.Training;

[Trait("Category", "Ilgpu")]
[Collection(EmulatedCollection.Name)]
public sealed class EmulatedSelectionTests() : DeviceSelectionTests(EmulatedDevice.Open());
