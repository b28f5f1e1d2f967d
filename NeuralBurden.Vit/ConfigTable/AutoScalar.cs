namespace NeuralBurden.Vit.ConfigTable;

/// <summary>A value, or <c>auto</c> for what the pruning method takes by default (null).</summary>
internal sealed class AutoScalar<T>(Scalar<T> inner) : Scalar<T?>
    where T : struct
{
    private const string Auto = "auto";

    public override string Allowed => $"{Auto}, or {inner.Allowed}";

    public override ScalarSchema Schema
    {
        get
        {
            var schema = inner.Schema;
            return schema with
            {
                Types = [.. schema.Types.Append("string").Distinct()],
                Choices = schema.Choices is null ? null : [.. schema.Choices, Auto],
                Pattern = schema switch
                {
                    { Pattern: { } form } => $"^{Auto}$|{form}",
                    // Of a type that is no text, auto is the only text.
                    { Choices: null } => $"^{Auto}$",
                    _ => null,
                },
            };
        }
    }

    public override bool IsText => inner.IsText;

    public override T? Parse(string text)
    {
        if (text == Auto)
            return null;
        try
        {
            return inner.Parse(text);
        }
        catch (FormatException e)
        {
            string message = e.Message.Replace(inner.Allowed, Allowed, StringComparison.Ordinal);
            throw new FormatException(message);
        }
    }

    public override string Format(T? value) => value is { } given ? inner.Format(given) : Auto;
}
