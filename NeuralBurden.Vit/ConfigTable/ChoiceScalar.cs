using NeuralBurden.Pruning.Errors;

namespace NeuralBurden.Vit.ConfigTable;

/// <summary>One of a few names.</summary>
internal sealed class ChoiceScalar<T>(params (string Name, T Value)[] choices) : Scalar<T>
    where T : notnull
{
    public override string Allowed => string.Join(", ", choices.Select(c => c.Name));

    public override ScalarSchema Schema => new("string") { Choices = [.. choices.Select(c => c.Name)] };

    public override bool IsText => true;

    public override T Parse(string text)
    {
        foreach (var (name, value) in choices)
        {
            if (name == text)
                return value;
        }

        string? nearest = NearestName.Of(text, choices.Select(c => c.Name));
        string hint = nearest is null ? "" : $" (did you mean '{nearest}'?)";
        throw new FormatException($"'{text}' is not known{hint}; allowed: {Allowed}");
    }

    public override string Format(T value) => choices.First(c => c.Value.Equals(value)).Name;
}
