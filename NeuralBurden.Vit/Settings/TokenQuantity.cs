using System.Globalization;

namespace NeuralBurden.Vit.Settings;

/// <summary>
/// A number of tokens: a count (<c>12</c>) or a share of the tokens that may merge (<c>25%</c>).
/// </summary>
public readonly record struct TokenQuantity
{
    private TokenQuantity(double amount, bool isShare)
    {
        Amount = amount;
        IsShare = isShare;
    }

    /// <summary>The count, or the share in 0..1.</summary>
    public double Amount { get; }

    public bool IsShare { get; }

    public static TokenQuantity Count(int tokens) => new(tokens, false);

    public static TokenQuantity Share(double share) => new(share, true);

    /// <summary>
    /// Tokens to remove from a sequence: a share of the unprotected tokens rounded down, or the count itself.
    /// The caller checks it against what one merge can remove, floor((tokens - protected) / 2).
    /// </summary>
    public int Resolve(int tokens, int protectedTokens) =>
        IsShare ? (int)Math.Floor((Amount * (tokens - protectedTokens)) + 1e-9) : (int)Amount;

    /// <summary>The text that a config holds, such as <c>12</c> or <c>25%</c>.</summary>
    public override string ToString() => IsShare
        ? Math.Round(Amount * 100, 10).ToString("R", CultureInfo.InvariantCulture) + "%"
        : Amount.ToString("R", CultureInfo.InvariantCulture);
}
