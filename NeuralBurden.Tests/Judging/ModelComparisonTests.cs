using System.Numerics;
using NeuralBurden.Vit.Judging;
using Xunit;

namespace NeuralBurden.Tests.Judging;

/// <summary>Who is right where, and McNemar's p, against exact fractions and plain loops.</summary>
public class ModelComparisonTests
{
    [Fact]
    public void Probabilities_are_those_of_exact_fractions()
    {
        for (int n = 0; n <= 120; n++)
        {
            for (int a = 0; a <= n; a++)
            {
                var (sum, last) = (BigInteger.Zero, BigInteger.One);
                for (int k = 0; k <= Math.Min(a, n - a); k++)
                {
                    last = Choose(n, k);
                    sum += last;
                }

                var all = BigInteger.Pow(2, n);
                double exact = Ratio(BigInteger.Min(all, 2 * sum), all);
                double middle = n == 0 ? 1 : Ratio(BigInteger.Min(all, (2 * sum) - last), all);
                AssertNear(exact, McNemar.ExactP(a, n - a));
                AssertNear(middle, McNemar.MidP(a, n - a));
                Assert.Equal(McNemar.ExactP(a, n - a), McNemar.ExactP(n - a, a));
            }
        }
    }

    [Fact]
    public void Many_images_have_a_probability_as_well()
    {
        // Normal approximation with continuity correction: z = 2.008, and its error here is below 1 %.
        Assert.Equal(0.0446, McNemar.ExactP(25_318, 24_868), 0.001);
        Assert.Equal(1, McNemar.ExactP(20_000, 20_000));
        Assert.InRange(McNemar.ExactP(0, 1000), 0, 1e-290);
        Assert.Equal((1, 1), (McNemar.ExactP(0, 0), McNemar.MidP(0, 0)));
    }

    [Fact]
    public void Counts_and_interval_are_those_of_plain_loops()
    {
        var random = new Random(4);
        for (int turn = 0; turn < 300; turn++)
        {
            int images = random.Next(1, 200), classes = random.Next(1, 8);
            var (a, b) = (new ImageOutcome[images], new ImageOutcome[images]);
            int both = 0, onlyA = 0, onlyB = 0, neither = 0;
            int[,] perClass = new int[classes, 2];
            for (int i = 0; i < images; i++)
            {
                int label = random.Next(classes);
                bool rightA = random.Next(3) > 0, rightB = random.Next(2) > 0;
                (a[i], b[i]) = (Outcome(label, rightA), Outcome(label, rightB));
                if (rightA && rightB) both++;
                else if (rightA) onlyA++;
                else if (rightB) onlyB++;
                else neither++;
                if (rightA && !rightB) perClass[label, 0]++;
                if (rightB && !rightA) perClass[label, 1]++;
            }

            var comparison = ModelComparison.Of(a, b);

            Assert.Equal((both, onlyA), (comparison.BothRight, comparison.OnlyA));
            Assert.Equal((onlyB, neither), (comparison.OnlyB, comparison.Neither));
            Assert.Equal((double)a.Count(o => o.IsRight) / images, comparison.AccuracyA, 12);
            Assert.Equal((double)b.Count(o => o.IsRight) / images, comparison.AccuracyB, 12);
            Assert.Equal(comparison.AccuracyA - comparison.AccuracyB, comparison.Difference, 12);
            double p = (onlyA + 1.0) / (images + 2), q = (onlyB + 1.0) / (images + 2);
            double half = 1.959964 * Math.Sqrt((p + q - Math.Pow(p - q, 2)) / (images + 2));
            Assert.Equal(Math.Max(-1, p - q - half), comparison.Interval.Low, 1e-6);
            Assert.Equal(Math.Min(1, p - q + half), comparison.Interval.High, 1e-6);
            foreach (var row in comparison.PerClass)
                Assert.Equal((perClass[row.Label, 0], perClass[row.Label, 1]), (row.OnlyA, row.OnlyB));
            Assert.Equal(images, comparison.PerClass.Sum(c => c.Images));
            Assert.Equal(both + onlyA, comparison.PerClass.Sum(c => c.RightA));
            Assert.Equal(both + onlyB, comparison.PerClass.Sum(c => c.RightB));
        }
    }

    [Fact]
    public void The_interval_holds_the_true_difference_about_as_often_as_it_says()
    {
        const int trials = 4000, images = 100;
        var random = new Random(9);
        int held = 0;
        for (int trial = 0; trial < trials; trial++)
        {
            // 12 % for A alone, 6 % for B alone.
            double[] draws = [.. Enumerable.Range(0, images).Select(_ => random.NextDouble())];
            int onlyA = draws.Count(d => d < 0.12), onlyB = draws.Count(d => d is >= 0.12 and < 0.18);
            var (low, high) = new ModelComparison
            {
                Images = images,
                BothRight = 0,
                OnlyA = onlyA,
                OnlyB = onlyB,
                PerClass = [],
            }.Interval;
            if (low <= 0.06 && high >= 0.06) held++;
        }

        Assert.InRange((double)held / trials, 0.935, 0.975);
    }

    [Fact]
    public void Other_images_are_refused()
    {
        Assert.Throws<ArgumentException>(() => ModelComparison.Of([Outcome(0, true)], [Outcome(1, true)]));
        Assert.Throws<ArgumentException>(() => ModelComparison.Of([Outcome(0, true)], []));
        Assert.Throws<ArgumentException>(() => ModelComparison.Of([], []));
    }

    private static ImageOutcome Outcome(int label, bool right) => new(label, right ? label : label + 1, right ? 0 : 1, 0.5f);

    private static BigInteger Choose(int n, int k)
    {
        var result = BigInteger.One;
        for (int i = 1; i <= k; i++) result = result * (n - k + i) / i;
        return result;
    }

    private static double Ratio(BigInteger part, BigInteger all) => Math.Exp(BigInteger.Log(part) - BigInteger.Log(all));

    private static void AssertNear(double expected, double actual) =>
        Assert.True(Math.Abs(expected - actual) <= 1e-9 * expected + 1e-300, $"{actual}, not {expected}");
}
