using NeuralBurden.Vit.Model;

namespace NeuralBurden.Vit.Burden;

/// <summary>What the probe images say about one block of one network, summed in double from its activations.</summary>
internal sealed class BlockTally
{
    private readonly SiteReader _reader;
    private readonly UnitWiring[] _wirings;
    private readonly double[][][] _grams;
    private readonly SiteTally[] _sites;
    private readonly double[][] _inputs;
    private readonly bool _classToken;
    private readonly int _channels;
    private readonly double[] _floors = new double[2];
    private double _squares;
    private double _classWeight;

    public BlockTally(SiteReader reader, TransformerBlock block, BlockShape extents, bool classToken)
    {
        (_reader, _classToken) = (reader, classToken);
        _wirings = [UnitWiring.Mlp(reader, block), UnitWiring.Heads(reader, block, extents.Heads)];
        _grams = [.. _wirings.Select(w => w.Grams())];
        _sites = [.. _wirings.Select(w => new SiteTally(w.Alive.Length))];
        _inputs = [.. _wirings.Select(w => new double[w.Inputs])];
        _channels = _wirings[0].Channels;
    }

    /// <summary>Of each image: the class token's output, if there is one, and the mean of the other tokens', by size.</summary>
    public List<double[]> Outputs { get; } = [];

    /// <summary>
    /// Of each image: the hidden units at the class token, if there is one, and their mean over the others, by size.
    /// </summary>
    public List<double[]> Hidden { get; } = [];

    /// <summary>Of each image: sum over the hidden units alive of sum_n w_n h_n^2.</summary>
    public List<double> Energies { get; } = [];

    /// <summary>The hidden units' weights.</summary>
    public UnitWiring Mlp => _wirings[0];

    /// <summary>Mean of w at the class token where the MLP is; 0 without one.</summary>
    public double ClassWeight => _classWeight / Outputs.Count;

    public void Add(BlockActivations a)
    {
        for (int s = 0; s < _sites.Length; s++) AddSite(a, s);
        var (input, output) = (a.Input, a.Output);
        Sum(SiteView.Of(
            _reader.Read("stream", input.Rows), _channels, _reader.Read("sizes", input.Sizes), input.Batch, input.Count));
        var hidden = _reader.Units(a, BurdenSite.Mlp);
        for (int b = 0; b < hidden.Batch; b++)
        {
            Hidden.Add(Means(hidden, b));
            Energies.Add(Energy(hidden, b));
            if (_classToken) _classWeight += hidden.Size(b, 0) / hidden.TotalSize(b);
        }

        var stream = SiteView.Of(
            _reader.Read("stream", output.Rows), _channels, _reader.Read("sizes", output.Sizes), output.Batch, output.Count);
        for (int b = 0; b < stream.Batch; b++) Outputs.Add(Means(stream, b));
    }

    /// <summary>The loads at the MLP units and at the heads.</summary>
    public SiteLoads[] Finish()
    {
        int images = Outputs.Count;
        double rms = Math.Sqrt(_squares / images);
        SiteLoads[] loads = [.. _sites.Select((site, s) => site.Finish(
            images, rms, _wirings[s], [.. _inputs[s].Select(x => x / images)]))];
        for (int s = 0; s < loads.Length; s++) _floors[s] = (loads[s].Mean(loads[s].Rate) ?? 0) / 100;
        return loads;
    }

    /// <summary>After <see cref="Finish"/>: sees the same images again, to count the samples above the floor.</summary>
    public void AddActive(BlockActivations a)
    {
        for (int s = 0; s < _sites.Length; s++)
        {
            int site = s;
            EachToken(a, s, (rates, _, weight) => _sites[site].CountActive(rates, weight, _floors[site]));
        }
    }

    /// <summary>Writes the counts of <see cref="AddActive"/> into the loads.</summary>
    public void FinishActive(SiteLoads[] loads)
    {
        for (int s = 0; s < loads.Length; s++) loads[s].Active = _sites[s].Active(Outputs.Count);
    }

    private delegate void TokenWork(ReadOnlySpan<double> rates, ReadOnlySpan<double> contributions, double weight);

    private void AddSite(BlockActivations a, int s)
    {
        EachToken(a, s, _sites[s].Add);
        var inputs = _reader.Inputs(a, Site(s));
        double[] sums = _inputs[s];
        for (int b = 0; b < inputs.Batch; b++)
        {
            double total = inputs.TotalSize(b);
            for (int n = 0; n < inputs.Tokens; n++)
            {
                double weight = inputs.Size(b, n) / total;
                if (!(weight > 0)) continue;
                var row = inputs.Row(b, n);
                for (int i = 0; i < row.Length; i++) sums[i] += weight * Math.Abs((double)row[i]);
            }
        }

        _sites[s].SawTokens(inputs.Tokens);
    }

    private static BurdenSite Site(int s) => s == 0 ? BurdenSite.Mlp : BurdenSite.Query;

    // Rates and contributions of the units of every token that is no padding.
    private void EachToken(BlockActivations a, int s, TokenWork work)
    {
        var view = _reader.Units(a, s == 0 ? BurdenSite.Mlp : BurdenSite.Attention);
        int width = _wirings[s].Width, units = _grams[s].Length;
        double[] rates = new double[units], contributions = new double[units];
        double[] gains = width > 1 ? [] : [.. _grams[s].Select(g => Math.Sqrt(g[0]))];
        for (int b = 0; b < view.Batch; b++)
        {
            double total = view.TotalSize(b);
            for (int n = 0; n < view.Tokens; n++)
            {
                double weight = view.Size(b, n) / total;
                if (!(weight > 0)) continue;
                var row = view.Row(b, n);
                for (int u = 0; u < units; u++)
                {
                    if (width > 1)
                    {
                        (rates[u], contributions[u]) = Norms(row.Slice(u * width, width), _grams[s][u]);
                        continue;
                    }

                    rates[u] = Math.Abs((double)row[u]);
                    contributions[u] = rates[u] * gains[u];
                }

                work(rates, contributions, weight);
            }
        }
    }

    private static (double Rate, double Contribution) Norms(ReadOnlySpan<float> a, double[] gram)
    {
        double squares = 0, form = 0;
        for (int i = 0; i < a.Length; i++)
        {
            double x = a[i], dot = 0;
            for (int k = 0; k < a.Length; k++) dot += gram[(i * a.Length) + k] * a[k];
            squares += x * x;
            form += x * dot;
        }

        return (Math.Sqrt(squares), Math.Sqrt(Math.Max(0, form)));
    }

    private void Sum(in SiteView stream)
    {
        for (int b = 0; b < stream.Batch; b++)
        {
            double total = stream.TotalSize(b), image = 0;
            for (int n = 0; n < stream.Tokens; n++)
            {
                double weight = stream.Size(b, n) / total;
                if (!(weight > 0)) continue;
                foreach (float x in stream.Row(b, n)) image += weight * x * x;
            }

            _squares += image / stream.Units;
        }
    }

    private double[] Means(in SiteView view, int image)
    {
        int first = _classToken ? 1 : 0;
        double[] values = new double[(first + 1) * view.Units];
        double total = view.TotalSize(image) - (first * view.Size(image, 0));
        for (int n = 0; n < view.Tokens; n++)
        {
            double weight = n < first ? 1 : view.Size(image, n) / total;
            if (!(weight > 0)) continue;
            var row = view.Row(image, n);
            var into = values.AsSpan(n < first ? 0 : first * view.Units, view.Units);
            for (int c = 0; c < row.Length; c++) into[c] += weight * row[c];
        }

        return values;
    }

    private double Energy(in SiteView view, int image)
    {
        double total = view.TotalSize(image), energy = 0;
        bool[] alive = Mlp.Alive;
        for (int n = 0; n < view.Tokens; n++)
        {
            double weight = view.Size(image, n) / total;
            if (!(weight > 0)) continue;
            var row = view.Row(image, n);
            for (int j = 0; j < row.Length; j++) energy += alive[j] ? weight * row[j] * row[j] : 0;
        }

        return energy;
    }
}
