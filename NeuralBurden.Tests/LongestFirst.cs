using NeuralBurden.Tests;
using Xunit;
using Xunit.Abstractions;

[assembly: TestCollectionOrderer("NeuralBurden.Tests." + nameof(LongestFirst), "NeuralBurden.Tests")]

namespace NeuralBurden.Tests;

/// <summary>The one long chain, <see cref="EmulatedCollection"/>, begins at once, so that no core waits for its end.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    public IEnumerable<ITestCollection> OrderTestCollections(IEnumerable<ITestCollection> testCollections) =>
        testCollections.OrderBy(c => c.DisplayName == EmulatedCollection.Name ? 0 : 1).ThenBy(c => c.UniqueID);
}
