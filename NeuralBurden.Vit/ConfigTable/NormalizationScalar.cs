using NeuralBurden.Vit.Settings;

namespace NeuralBurden.Vit.ConfigTable;

/// <summary>A <see cref="Normalization"/> by its text.</summary>
internal sealed class NormalizationScalar : Scalar<Normalization>
{
    public override string Allowed => Normalization.Allowed;

    public override ScalarSchema Schema => new("string", "array") { Pattern = @"^(dataset|imagenet|half|[-0-9.e, ]+)$" };

    public override bool IsText => true;

    public override Normalization Parse(string text) => Normalization.Parse(text);

    public override string Format(Normalization value) => value.Text;
}
