using NeuralBurden.Vit.Settings;

namespace NeuralBurden.Vit.ConfigTable;

/// <summary>A count of tokens or a share of them; how many can go depends on the merging.</summary>
internal sealed class TokenQuantityScalar : Scalar<TokenQuantity>
{
    private const int MostTokens = 100_000;

    public override string Allowed => "a whole number of tokens from 0, or a share of them, 0% to 100%";

    public override ScalarSchema Schema =>
        new("integer", "string") { Minimum = 0, Maximum = MostTokens, Pattern = @"^[0-9.]+%$" };

    public override TokenQuantity Parse(string text)
    {
        bool isShare = text.EndsWith('%');
        bool isNumber = Numbers.TryParse(isShare ? text[..^1] : text, out double value);
        if (!isNumber || (!isShare && value != Math.Floor(value)))
            throw Wrong(text, "a number of tokens");
        if (value < 0 || value > (isShare ? 100 : MostTokens))
            throw OutOfRange(text);
        return isShare ? TokenQuantity.Share(value / 100) : TokenQuantity.Count((int)value);
    }

    public override string Format(TokenQuantity value) => value.ToString();
}
