namespace NeuralBurden.Vit.Data.Generators;

/// <summary>x' = Xx x + Xy y + X0, y' = Yx x + Yy y + Y0.</summary>
internal readonly record struct Affine(double Xx, double Xy, double Yx, double Yy, double X0, double Y0)
{
    public (double X, double Y) Apply(double x, double y) => (Xx * x + Xy * y + X0, Yx * x + Yy * y + Y0);
}
