using NeuralBurden.Vit.Settings;

namespace NeuralBurden.Vit.ConfigTable;

/// <summary>Moments of training with spaces between them. A list of YAML would mean as many runs.</summary>
internal sealed class DurationListScalar : Scalar<DurationList>
{
    private static readonly DurationScalar Item = new(positive: true);

    public override string Allowed => $"{Item.Allowed}, several with spaces between them, or ''";

    public override ScalarSchema Schema => new("string") { Pattern = @"^([0-9.]+(st|ep|%) *)*$" };

    public override bool IsText => true;

    public override DurationList Parse(string text)
    {
        string[] words = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        try
        {
            return new DurationList([.. words.Select(Item.Parse)]);
        }
        catch (FormatException e)
        {
            throw new FormatException(e.Message.Replace(Item.Allowed, Allowed, StringComparison.Ordinal));
        }
    }

    public override string Format(DurationList value) => value.ToString();
}
