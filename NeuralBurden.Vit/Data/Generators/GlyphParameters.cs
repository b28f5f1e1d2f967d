namespace NeuralBurden.Vit.Data.Generators;

/// <summary>
/// How much the images of a glyph class differ; lengths in pixels, brightness in [0, 255]. Values: the
/// manifest datasets/glyphs.json.
/// </summary>
/// <param name="HalfHeight">Half the height of an unscaled glyph.</param>
/// <param name="HalfAngleTangent">Rotation by at most twice the angle of this tangent, either way.</param>
/// <param name="Shear">Largest horizontal shift per unit of height.</param>
/// <param name="Wobble">Largest displacement of a control point, in half heights.</param>
/// <param name="Noise">Largest added brightness, of a triangular distribution.</param>
/// <param name="MostSpecks">Most bright specks.</param>
/// <param name="MostStrays">Most short stray strokes.</param>
internal sealed record GlyphParameters(double HalfHeight, double LeastScale, double MostScale,
    double LeastAspect, double MostAspect, double HalfAngleTangent, double Shear, double Translation,
    double Wobble, double LeastWidth, double MostWidth, double LeastInk, double MostInk, double MostPaper,
    double Noise, int MostSpecks, int MostStrays);
