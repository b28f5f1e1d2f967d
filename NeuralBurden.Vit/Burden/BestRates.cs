using System.Numerics.Tensors;

namespace NeuralBurden.Vit.Burden;

/// <summary>
/// The cheapest rates that represent a signal: r* = argmin over r >= l of |t - sum_k b_k r_k|^2 + sum_k rho_k r_k^2 (eLife
/// 5:e12454, Eq. 2 and 3, with a quadratic cost), exactly. At the optimum r_k = max(l, b_k . e / rho_k) with the error
/// e = t - sum_k b_k r_k, so that e is the root of the gradient of a strictly convex, piecewise quadratic function with as
/// many variables as the signal has channels: Newton's method with an exact line search ends after finitely many steps.
/// </summary>
internal sealed class BestRates
{
    // Relative to the mean |b_k|^2: keeps the optimum unique where rates cost nothing.
    private const double RelativeRidge = 1e-8;
    private const double Tolerance = 1e-12;
    private const int MostSteps = 200;
    private const int Bisections = 60;

    private readonly double[][] _decoders;
    private readonly double[] _costs;
    private readonly double _lowest;
    private readonly double[][] _full;
    private readonly double[][] _hessian;
    private readonly double[][] _factor;
    private readonly bool[] _counted;
    private readonly double[] _products;
    private readonly double[] _slopes;
    private readonly double[] _gradient;
    private readonly double[] _step;

    /// <param name="decoders">b_k, [K][channels]; K at least 1.</param>
    /// <param name="costs">rho_k, at least 0.</param>
    /// <param name="lowest">l, at most 0.</param>
    public BestRates(double[][] decoders, double[] costs, double lowest)
    {
        int channels = decoders[0].Length;
        double ridge = RelativeRidge * decoders.Average(b => TensorPrimitives.SumOfSquares<double>(b));
        (_decoders, _lowest) = (decoders, lowest);
        _costs = [.. costs.Select(c => c + ridge)];
        (_full, _hessian, _factor) = (Square(channels), Square(channels), Square(channels));
        (_gradient, _step) = (new double[channels], new double[channels]);
        (_products, _slopes, _counted) = (new double[costs.Length], new double[costs.Length], new bool[costs.Length]);
        for (int c = 0; c < channels; c++) _full[c][c] = 1;
        for (int k = 0; k < decoders.Length; k++) Add(_full, decoders[k], 1 / _costs[k]);
        Rates = new double[costs.Length];
    }

    /// <summary>r* of the last signal, [K].</summary>
    public double[] Rates { get; }

    /// <summary>Finds the best rates for a signal.</summary>
    /// <param name="target">t, [channels].</param>
    /// <param name="error">Where to start and, in the end, e, [channels].</param>
    /// <returns>Steps taken.</returns>
    public int Solve(ReadOnlySpan<double> target, Span<double> error)
    {
        for (int c = 0; c < _full.Length; c++) _full[c].CopyTo(_hessian[c], 0);
        Array.Fill(_counted, true);
        double scale = TensorPrimitives.Norm(target);
        int exact = 0;
        for (int step = 0; ; step++)
        {
            TensorPrimitives.Subtract<double>(error, target, _gradient);
            for (int k = 0; k < _decoders.Length; k++)
            {
                _products[k] = TensorPrimitives.Dot<double>(_decoders[k], error);
                Rates[k] = Math.Max(_lowest, _products[k] / _costs[k]);
                TensorPrimitives.MultiplyAdd<double>(_decoders[k], Rates[k], _gradient, _gradient);
            }

            // On one piece a step is exact; a second one mends its rounding, a third finds no more.
            bool isFound = exact == 2 || !(TensorPrimitives.Norm<double>(_gradient) > Tolerance * scale);
            if (isFound || step == MostSteps) return step;
            UpdateHessian();
            Descend();
            bool isExact = IsFreeAlongStep();
            exact = isExact ? exact + 1 : 0;
            TensorPrimitives.MultiplyAdd<double>(_step, isExact ? 1 : LineSearch(target, error), error, error);
        }
    }

    // I + sum of b b^T / rho over the rates that are not at their bound.
    private void UpdateHessian()
    {
        for (int k = 0; k < _decoders.Length; k++)
        {
            bool free = _products[k] > _lowest * _costs[k];
            if (free == _counted[k]) continue;
            Add(_hessian, _decoders[k], (free ? 1 : -1) / _costs[k]);
            _counted[k] = free;
        }
    }

    // step = -H^-1 gradient by a Cholesky factor, and its products with the decoders.
    private void Descend()
    {
        int n = _hessian.Length;
        for (int i = 0; i < n; i++)
        {
            double[] row = _factor[i];
            for (int j = 0; j <= i; j++)
            {
                double value = _hessian[i][j] - TensorPrimitives.Dot<double>(row.AsSpan(0, j), _factor[j].AsSpan(0, j));
                row[j] = i == j ? Math.Sqrt(Math.Max(value, double.Epsilon)) : value / _factor[j][j];
            }
        }

        for (int i = 0; i < n; i++)
        {
            double dot = TensorPrimitives.Dot<double>(_factor[i].AsSpan(0, i), _step.AsSpan(0, i));
            _step[i] = (-_gradient[i] - dot) / _factor[i][i];
        }

        for (int i = n - 1; i >= 0; i--)
        {
            double x = _step[i] /= _factor[i][i];
            TensorPrimitives.MultiplyAdd<double>(_factor[i].AsSpan(0, i), -x, _step.AsSpan(0, i), _step.AsSpan(0, i));
        }

        for (int k = 0; k < _decoders.Length; k++) _slopes[k] = TensorPrimitives.Dot<double>(_decoders[k], _step);
    }

    // Where along the step the derivative, which only grows, is 0.
    private double LineSearch(ReadOnlySpan<double> target, ReadOnlySpan<double> error)
    {
        double start = TensorPrimitives.Dot(error, _step) - TensorPrimitives.Dot(target, _step);
        double squares = TensorPrimitives.SumOfSquares<double>(_step);
        double below = 0, above = 1;
        while (Derivative(above) < 0 && above < 1e9) (below, above) = (above, 2 * above);
        for (int i = 0; i < Bisections && above - below > 1e-15 * above; i++)
        {
            double middle = (below + above) / 2;
            if (Derivative(middle) > 0) above = middle;
            else below = middle;
        }

        return below > 0 ? below : above;

        double Derivative(double length)
        {
            double sum = start + (length * squares);
            for (int k = 0; k < _slopes.Length; k++)
                sum += _slopes[k] * Math.Max(_lowest, (_products[k] + (length * _slopes[k])) / _costs[k]);
            return sum;
        }
    }

    // Whether no rate meets or leaves its bound over the whole step.
    private bool IsFreeAlongStep()
    {
        for (int k = 0; k < _slopes.Length; k++)
        {
            if (_products[k] + _slopes[k] > _lowest * _costs[k] != _counted[k]) return false;
        }

        return true;
    }

    // The lower triangle.
    private static void Add(double[][] square, double[] b, double factor)
    {
        for (int i = 0; i < b.Length; i++)
        {
            var row = square[i].AsSpan(0, i + 1);
            TensorPrimitives.MultiplyAdd<double>(b.AsSpan(0, i + 1), factor * b[i], row, row);
        }
    }

    private static double[][] Square(int n) => [.. Enumerable.Range(0, n).Select(_ => new double[n])];
}
