namespace NeuralBurden.Vit.ConfigTable;

/// <summary><c>true</c> or <c>false</c>.</summary>
internal sealed class FlagScalar : Scalar<bool>
{
    public override string Allowed => "true or false";

    public override ScalarSchema Schema => new("boolean");

    public override bool Parse(string text) => text switch
    {
        "true" => true,
        "false" => false,
        _ => throw Wrong(text, "true or false"),
    };

    public override string Format(bool value) => value ? "true" : "false";
}
