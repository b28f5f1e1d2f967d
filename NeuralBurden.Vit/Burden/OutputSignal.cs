namespace NeuralBurden.Vit.Burden;

/// <summary>
/// What the output of one block of a run says of the twin's: a ridge map from one to the other, fitted on the probe images
/// at even places and scored on those at odd ones. A signal is the class token's output, if there is one, beside the mean
/// of the other tokens'.
/// </summary>
internal sealed class OutputSignal
{
    /// <summary>Most of the scored images that the best rates are sought for.</summary>
    public const int MostSought = 128;

    private readonly BlockTally _run;
    private readonly RidgeMap _map;
    private readonly int[] _scored;
    private readonly double[][] _errors;
    private readonly double _variance;

    public OutputSignal(BlockTally run, BlockTally twin)
    {
        _run = run;
        int[] places = [.. Enumerable.Range(0, run.Outputs.Count)];
        int[] fitted = [.. places.Where(i => i % 2 == 0)];
        _scored = [.. places.Where(i => i % 2 == 1)];
        _map = new RidgeMap([.. fitted.Select(i => run.Outputs[i])], [.. fitted.Select(i => twin.Outputs[i])]);
        _errors = [.. _scored.Select(i => (double[])[.. twin.Outputs[i].Zip(_map.Apply(run.Outputs[i]), (s, p) => s - p)])];
        for (int c = 0; c < twin.Outputs[0].Length; c++)
        {
            double mean = _scored.Average(i => twin.Outputs[i][c]);
            _variance += _scored.Average(i => Math.Pow(twin.Outputs[i][c] - mean, 2));
        }

        double error = _errors.Average(Squares);
        Error = error == 0 ? 0 : error / _variance;
    }

    /// <summary>eps_twin = E|s - s_hat|^2 / E|s - mean s|^2; an error of 0 counts as 0 whatever it is divided by.</summary>
    public double Error { get; }

    /// <summary>
    /// The best achievable: for every scored image sought, the rates of the units alive at the class token and, on
    /// average, at the others that minimise |s - s_hat|^2 / variance + beta C / C_twin with C the mean of w r^2 over the units
    /// alive. The block's input, bias and decoders are as they are.
    /// </summary>
    /// <param name="twinCost">C_twin per unit: the mean of e over its units alive.</param>
    public SignalLoss Search(double? twinCost)
    {
        var loss = new SignalLoss(Error);
        int[] alive = [.. Enumerable.Range(0, _run.Mlp.Alive.Length).Where(j => _run.Mlp.Alive[j])];
        if (alive.Length == 0 || !(twinCost > 0)) return loss;
        int count = Math.Min(MostSought, _scored.Length), parts = _run.Hidden[0].Length / _run.Mlp.Alive.Length;
        int[] sought = [.. Enumerable.Range(0, count).Select(s => (int)((long)s * _scored.Length / count))];
        double[][] decoders = Decoders(alive, parts);
        double unitCost = _variance / (alive.Length * twinCost.Value);
        double[] costs = [.. Enumerable.Range(0, decoders.Length).Select(k => unitCost * PartWeight(k / alive.Length, parts))];
        double[][] targets = [.. sought.Select(s => Target(s, alive, parts, decoders))];
        double[][] errors = [.. targets.Select(t => (double[])[.. t])];
        var shares = new Dictionary<double, double>();
        // From dear to free: each optimum is where the next search begins.
        foreach (double beta in LoadMeasures.Betas.OrderDescending())
        {
            var search = new BestRates(decoders, [.. costs.Select(c => beta * c)], BestError.LowestRate);
            double best = 0, actual = 0;
            for (int s = 0; s < sought.Length; s++)
            {
                search.Solve(targets[s], errors[s]);
                double found = Squares(errors[s]), own = Squares(_errors[sought[s]]);
                for (int k = 0; k < costs.Length; k++) found += beta * costs[k] * search.Rates[k] * search.Rates[k];
                own += beta * unitCost * _run.Energies[_scored[sought[s]]];
                // The actual rates are admissible: none does worse.
                best += Math.Min(found, own);
                actual += own;
            }

            shares[beta] = actual > 0 ? best / actual : 0;
        }

        return loss with { BestShares = shares, SpanShare = SpanShare(decoders, sought) };
    }

    // The class token weighs w in the cost, all others together 1 - w.
    private double PartWeight(int part, int parts) =>
        part < parts - 1 ? _run.ClassWeight : 1 - _run.ClassWeight;

    // What unit j does to the predicted signal at each part of the output: D_j turned by the map.
    private double[][] Decoders(int[] alive, int parts)
    {
        var wiring = _run.Mlp;
        int hidden = wiring.Alive.Length;
        return [.. Enumerable.Range(0, parts).SelectMany(part => alive.Select(j =>
        {
            double[] decoder = [.. Enumerable.Range(0, wiring.Channels).Select(c => (double)wiring.Outgoing[(c * hidden) + j])];
            return _map.Turn(decoder, part * wiring.Channels);
        }))];
    }

    // The actual error with what the units alive add put back.
    private double[] Target(int s, int[] alive, int parts, double[][] decoders)
    {
        double[] target = [.. _errors[s]], rates = _run.Hidden[_scored[s]];
        for (int k = 0; k < decoders.Length; k++)
        {
            double rate = rates[(k / alive.Length * (rates.Length / parts)) + alive[k % alive.Length]];
            for (int c = 0; c < target.Length; c++) target[c] += rate * decoders[k][c];
        }

        return target;
    }

    private double SpanShare(double[][] decoders, int[] sought)
    {
        var span = new DecoderSpan([.. decoders.SelectMany(d => d)], decoders[0].Length);
        double outside = sought.Sum(s => span.SquaredRest(_errors[s])), all = sought.Sum(s => Squares(_errors[s]));
        return all > 0 ? Math.Min(1, outside / all) : 0;
    }

    private static double Squares(double[] x) => x.Sum(v => v * v);
}
