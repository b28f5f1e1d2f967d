using Xunit;

namespace NeuralBurden.Tests;

/// <summary>Tests that measure the process or need its cores: run one by one, after all others.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneCollection
{
    public const string Name = "alone";
}
