using System.Collections;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace NeuralBurden.Vit.Settings;

/// <summary>
/// Named parameters of a pruning method as a config spells them, in order of name, compared by value.
/// </summary>
public sealed class MethodParameters : IReadOnlyDictionary<string, string>, IEquatable<MethodParameters>
{
    private readonly ImmutableSortedDictionary<string, string> _values;

    private MethodParameters(ImmutableSortedDictionary<string, string> values) => _values = values;

    public static MethodParameters Empty { get; } =
        new(ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal));

    public int Count => _values.Count;

    public IEnumerable<string> Keys => _values.Keys;

    public IEnumerable<string> Values => _values.Values;

    public string this[string key] => _values[key];

    public MethodParameters With(string name, string value) => new(_values.SetItem(name, value));

    public bool ContainsKey(string key) => _values.ContainsKey(key);

    public bool TryGetValue(string key, [MaybeNullWhen(false)] out string value) =>
        _values.TryGetValue(key, out value);

    public IEnumerator<KeyValuePair<string, string>> GetEnumerator() => _values.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public bool Equals(MethodParameters? other) => other is not null && _values.SequenceEqual(other._values);

    public override bool Equals(object? obj) => Equals(obj as MethodParameters);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var (name, value) in _values)
            hash.Add(HashCode.Combine(name, value));
        return hash.ToHashCode();
    }
}
