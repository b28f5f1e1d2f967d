namespace NeuralBurden.Tests.Burden;

/// <summary>
/// Signal error and best rates once more: ridge regression by Gaussian elimination for every lambda of the grid with the
/// trace of the hat matrix, and coordinate descent for the rates.
/// </summary>
internal sealed class PlainSignal
{
    private readonly PlainLoads _run;
    private readonly double[][] _errors;
    private readonly double[][] _map;
    private readonly int[] _scored;
    private readonly double _variance;

    public PlainSignal(PlainLoads run, PlainLoads twin)
    {
        _run = run;
        double[][] x = PlainLoads.Parts(run.Output, run.OutputSizes), y = PlainLoads.Parts(twin.Output, twin.OutputSizes);
        int[] fitted = [.. Enumerable.Range(0, x.Length).Where(i => i % 2 == 0)];
        _scored = [.. Enumerable.Range(0, x.Length).Where(i => i % 2 == 1)];
        double[] meanX = Mean([.. fitted.Select(i => x[i])]), meanY = Mean([.. fitted.Select(i => y[i])]);
        double[][] a = [.. fitted.Select(i => Minus(x[i], meanX))], b = [.. fitted.Select(i => Minus(y[i], meanY))];
        _map = Fit(a, b);
        _errors = [.. _scored.Select(i => Minus(Minus(y[i], meanY), Times(Minus(x[i], meanX), _map)))];
        double[] mean = Mean([.. _scored.Select(i => y[i])]);
        _variance = _scored.Average(i => Squares(Minus(y[i], mean)));
        Error = _errors.Average(Squares) / _variance;
    }

    public double Error { get; }

    /// <summary>The least mean of |error|^2 / variance + beta C / C_twin, over that of the actual rates; all images.</summary>
    public double BestShare(double beta, double twinCost, double lowest)
    {
        var wiring = _run.Mlp;
        double[][] hidden = PlainLoads.Parts(_run.Hidden, _run.HiddenSizes);
        int units = wiring.Rate.Length, channels = _run.Decoders[0].Length, alive = wiring.Alive.Length;
        var decoders = new List<double[]>();
        var places = new List<int>();
        var costs = new List<double>();
        double classWeight = _run.HiddenSizes[0][0] / _run.HiddenSizes[0].Sum();
        for (int part = 0; part < 2; part++)
        {
            foreach (int j in wiring.Alive)
            {
                double[] turned = new double[_map[0].Length];
                for (int c = 0; c < channels; c++)
                {
                    for (int k = 0; k < turned.Length; k++) turned[k] += _run.Decoders[j][c] * _map[(part * channels) + c][k];
                }

                decoders.Add(turned);
                places.Add((part * units) + j);
                costs.Add(beta * (part == 0 ? classWeight : 1 - classWeight) / (alive * twinCost));
            }
        }

        double best = 0, actual = 0;
        for (int s = 0; s < _scored.Length; s++)
        {
            int image = _scored[s];
            double energy = 0, total = _run.HiddenSizes[image].Sum();
            for (int n = 0; n < _run.Hidden[image].Length; n++)
            {
                foreach (int j in wiring.Alive)
                    energy += _run.HiddenSizes[image][n] / total * Math.Pow(_run.Hidden[image][n][j], 2);
            }

            double own = (Squares(_errors[s]) / _variance) + (beta * energy / (alive * twinCost));
            double[] start = [.. places.Select(p => hidden[image][p])];
            best += Math.Min(own, Descend(_errors[s], decoders, costs, start, lowest, beta > 0 ? 5_000 : 200));
            actual += own;
        }

        return best / actual;
    }

    // Coordinate descent from the actual rates: each rate in turn takes its best value.
    private double Descend(double[] error, List<double[]> decoders, List<double> costs, double[] rates, double lowest, int sweeps)
    {
        double[] rest = [.. error];
        double before = double.PositiveInfinity;
        for (int sweep = 0; sweep < sweeps; sweep++)
        {
            for (int k = 0; k < rates.Length; k++)
            {
                double dot = 0, square = Squares(decoders[k]);
                for (int c = 0; c < rest.Length; c++) dot += decoders[k][c] * rest[c];
                double rate = Math.Max(lowest, (dot + (square * rates[k])) / (square + (costs[k] * _variance)));
                for (int c = 0; c < rest.Length; c++) rest[c] += decoders[k][c] * (rates[k] - rate);
                rates[k] = rate;
            }

            double now = Value();
            if (before - now < 1e-10 * now) break;
            before = now;
        }

        return Value();

        double Value() => (Squares(rest) / _variance) + rates.Select((r, k) => costs[k] * r * r).Sum();
    }

    private static double[][] Fit(double[][] a, double[][] b)
    {
        int n = a.Length, p = a[0].Length;
        double[][] gram = new double[p][];
        for (int i = 0; i < p; i++) gram[i] = [.. Enumerable.Range(0, p).Select(k => a.Sum(row => row[i] * row[k]))];
        double[][] product = [.. Enumerable.Range(0, p).Select(i =>
            Enumerable.Range(0, b[0].Length).Select(k => a.Select((row, m) => row[i] * b[m][k]).Sum()).ToArray())];
        double trace = Enumerable.Range(0, p).Sum(i => gram[i][i]) / p, least = double.PositiveInfinity;
        double[][] best = [];
        for (int k = -40; k <= 16; k++)
        {
            double lambda = trace * Math.Pow(10, k / 4.0);
            double[][] system = [.. gram.Select((row, i) => row.Select((v, j) => i == j ? v + lambda : v).ToArray())];
            double[][] solved = Solve(system, [.. product.Select((row, i) => (double[])[.. row, .. gram[i]])]);
            double[][] map = [.. solved.Select(row => row[..b[0].Length])];
            double hat = Enumerable.Range(0, p).Sum(i => solved[i][b[0].Length + i]);
            double rss = a.Select((row, m) => Squares(Minus(b[m], Times(row, map)))).Sum();
            double left = n - 1 - hat, score = n * rss / (left * left);
            if (!(left > 0) || score >= least) continue;
            (least, best) = (score, map);
        }

        return best;
    }

    // Gaussian elimination with pivots.
    private static double[][] Solve(double[][] system, double[][] right)
    {
        int p = system.Length;
        for (int i = 0; i < p; i++)
        {
            int pivot = Enumerable.Range(i, p - i).MaxBy(r => Math.Abs(system[r][i]));
            (system[i], system[pivot]) = (system[pivot], system[i]);
            (right[i], right[pivot]) = (right[pivot], right[i]);
            for (int r = 0; r < p; r++)
            {
                if (r == i) continue;
                double factor = system[r][i] / system[i][i];
                for (int c = i; c < p; c++) system[r][c] -= factor * system[i][c];
                for (int c = 0; c < right[r].Length; c++) right[r][c] -= factor * right[i][c];
            }
        }

        return [.. right.Select((row, i) => row.Select(v => v / system[i][i]).ToArray())];
    }

    private static double[] Mean(double[][] rows) =>
        [.. Enumerable.Range(0, rows[0].Length).Select(c => rows.Average(row => row[c]))];

    private static double[] Minus(double[] x, double[] y) => [.. x.Zip(y, (a, b) => a - b)];

    private static double[] Times(double[] x, double[][] map) =>
        [.. Enumerable.Range(0, map[0].Length).Select(k => x.Select((v, i) => v * map[i][k]).Sum())];

    private static double Squares(double[] x) => x.Sum(v => v * v);
}
