using Xunit;

namespace NeuralBurden.Tests;

/// <summary>Tests of emulated GPUs: one after another, beside others. The threads of an emulated group wait for each other
/// at every barrier, so that two emulations at once are several times slower than one by one.</summary>
[CollectionDefinition(Name)]
public sealed class EmulatedCollection
{
    public const string Name = "emulated";
}
