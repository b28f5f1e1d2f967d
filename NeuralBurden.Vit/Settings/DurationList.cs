using System.Collections;
using System.Collections.Immutable;

namespace NeuralBurden.Vit.Settings;

/// <summary>Moments of training in the order given, compared by value.</summary>
public sealed class DurationList : IReadOnlyList<Duration>, IEquatable<DurationList>
{
    private readonly ImmutableArray<Duration> _items;

    /// <param name="items">Equal ones count once.</param>
    public DurationList(params IEnumerable<Duration> items) => _items = [.. items.Distinct()];

    public static DurationList Empty { get; } = new();

    public int Count => _items.Length;

    public Duration this[int index] => _items[index];

    public IEnumerator<Duration> GetEnumerator() => _items.AsEnumerable().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public bool Equals(DurationList? other) => other is not null && _items.SequenceEqual(other._items);

    public override bool Equals(object? obj) => Equals(obj as DurationList);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var item in _items) hash.Add(item);
        return hash.ToHashCode();
    }

    /// <summary>The text that a config holds, such as <c>50% 50.5% 55%</c>.</summary>
    public override string ToString() => string.Join(' ', _items);
}
