namespace NeuralBurden.Vit.Formats.PyTorch;

/// <summary>A dictionary of a pickle, in the order of the file; keys that are no text are left out.</summary>
internal sealed class PickleDictionary
{
    private readonly Dictionary<string, object?> _values = [];

    public IReadOnlyDictionary<string, object?> Values => _values;

    public void Set(object? key, object? value)
    {
        if (key is string name) _values[name] = value;
    }
}
