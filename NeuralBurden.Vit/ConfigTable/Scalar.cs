namespace NeuralBurden.Vit.ConfigTable;

/// <summary>Text form and range of one kind of config value.</summary>
internal abstract class Scalar<T>
{
    /// <summary>The allowed values for a reader, such as <c>1 to 64</c>.</summary>
    public abstract string Allowed { get; }

    public abstract ScalarSchema Schema { get; }

    /// <summary>
    /// Whether the text form is a string to YAML, to be quoted where it would read as something else.
    /// </summary>
    public virtual bool IsText => false;

    /// <exception cref="FormatException">The text is of the wrong type or out of range; the message says
    /// which.</exception>
    public abstract T Parse(string text);

    /// <summary>The one canonical text of a value; parsing it gives the value back.</summary>
    public abstract string Format(T value);

    protected FormatException Wrong(string text, string kind) =>
        new($"'{text}' is not {kind}; allowed: {Allowed}");

    protected FormatException OutOfRange(string text) => new($"{text} is out of range; allowed: {Allowed}");
}
