namespace NeuralBurden.Vit.Data.Generators;

/// <summary>
/// How much the images of a shape class differ; lengths in pixels, brightness in [0, 255]. Values: the
/// manifest datasets/shapes.json.
/// </summary>
/// <param name="LeastRadius">Of the circle that holds the shape.</param>
/// <param name="Translation">Largest shift of the centre, each way.</param>
/// <param name="LeastPeriod">Of the texture.</param>
/// <param name="LeastContrast">
/// Between any two of the image's three colours, summed over the channels.
/// </param>
/// <param name="Slope">Largest change of the brightness from the centre to an edge.</param>
/// <param name="Noise">Largest added brightness, of a triangular distribution.</param>
/// <param name="MostBlots">Most discs of random colour in the background.</param>
internal sealed record ShapeParameters(double LeastRadius, double MostRadius, double Translation,
    double LeastPeriod, double MostPeriod, double LeastContrast, double Slope, double Noise, int MostBlots,
    double LeastBlot, double MostBlot);
