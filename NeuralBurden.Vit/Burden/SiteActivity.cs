using NeuralBurden.Vit.Model;

namespace NeuralBurden.Vit.Burden;

/// <summary>What one pass over the probe images says about one site of one block.</summary>
internal sealed class SiteActivity
{
    private readonly BurdenSite _site;
    private readonly InputActivity? _inputs;
    private readonly UpperTail? _tail;

    /// <param name="images">Probe images to come.</param>
    /// <param name="tail">Whether percentiles of |h| will be asked for.</param>
    /// <param name="perImage">Whether the rates of every image are kept.</param>
    public SiteActivity(BurdenSite site, VitShape shape, int images, bool tail, bool perImage)
    {
        _site = site;
        int units = site == BurdenSite.Mlp ? shape.MlpDim : shape.Dim;
        Units = new UnitActivity(units, shape.ClassToken, perImage);
        if (site != BurdenSite.Attention) _inputs = new InputActivity(shape.Dim);
        if (tail) _tail = new UpperTail(units, (long)images * shape.Tokens);
    }

    public UnitActivity Units { get; }

    /// <summary>Tokens per image; the most of any batch where they differ.</summary>
    public int Tokens { get; private set; }

    public void Add(SiteReader reader, BlockActivations activations)
    {
        var view = reader.Units(activations, _site);
        Tokens = Math.Max(Tokens, view.Tokens);
        Units.Add(view);
        _tail?.Add(view);
        _inputs?.Add(reader.Inputs(activations, _site));
    }

    /// <summary>The measures of the units, given the weights around them.</summary>
    public UnitFigures Finish(in SiteWeights weights)
    {
        Units.Finish();
        _inputs?.Finish();
        int units = Units.Rate.Length;
        var synapses = _inputs is null
            ? null
            : new SynapseLoads(weights.Incoming, _inputs.Positive, _inputs.Negative);
        return new UnitFigures(Units, synapses, Gains(weights.Outgoing, units), _tail?.Percentiles(), Tokens);
    }

    private static double[]? Gains(ReadOnlySpan<float> outgoing, int units)
    {
        if (outgoing.IsEmpty) return null;
        double[] gains = new double[units];
        for (int at = 0; at < outgoing.Length; at += units)
        {
            for (int j = 0; j < units; j++) gains[j] += (double)outgoing[at + j] * outgoing[at + j];
        }

        for (int j = 0; j < units; j++) gains[j] = Math.Sqrt(gains[j]);
        return gains;
    }
}
