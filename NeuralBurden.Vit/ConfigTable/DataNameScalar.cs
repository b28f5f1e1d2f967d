using NeuralBurden.Pruning.Errors;
using NeuralBurden.Vit.Data;

namespace NeuralBurden.Vit.ConfigTable;

/// <summary>The name of a known data set, or a file that <c>nb data import</c> made.</summary>
internal sealed class DataNameScalar(params string[] known) : Scalar<string>
{
    public override string Allowed => $"{string.Join(", ", known)}, or a file NAME{PackedDataset.Extension}";

    public override ScalarSchema Schema => new("string")
    {
        Choices = known,
        Pattern = @"\" + PackedDataset.Extension + "$",
    };

    public override bool IsText => true;

    public override string Parse(string text)
    {
        if (known.Contains(text) || PackedDataset.IsName(text)) return text;
        string? nearest = NearestName.Of(text, known);
        string hint = nearest is null ? "" : $" (did you mean '{nearest}'?)";
        throw new FormatException($"'{text}' is not known{hint}; allowed: {Allowed}");
    }

    public override string Format(string value) => value;
}
