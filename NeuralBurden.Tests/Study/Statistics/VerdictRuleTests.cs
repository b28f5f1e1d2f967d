using MathNet.Numerics.Distributions;
using MathNet.Numerics.Random;
using NeuralBurden.Vit.Study.Statistics;
using Xunit;

namespace NeuralBurden.Tests.Study.Statistics;

public class VerdictRuleTests
{
    private const int Studies = 4000;

    // Differences of accuracy, SESOI 0.005.
    [Theory]
    [InlineData(Verdict.Supported, 0.010, 0.011, 0.012)]
    [InlineData(Verdict.Refuted, 0.001, -0.001, 0.0)]
    [InlineData(Verdict.Refuted, -0.010, -0.011, -0.012)]
    [InlineData(Verdict.Refuted, 0.0030, 0.0031, 0.0032)]
    [InlineData(Verdict.Undecided, 0.0040, 0.0047, 0.0054)]
    [InlineData(Verdict.Undecided, 0.030, -0.010, 0.001)]
    [InlineData(Verdict.Undecided, 0.010, 0.0101)]
    [InlineData(Verdict.Undecided, 0.010, 0.010, 0.010)]
    public void One_rule_gives_every_verdict(Verdict expected, params double[] differences) =>
        Assert.Equal(expected, Alone(Claim.Accuracy, differences).Verdict);

    [Theory]
    [InlineData(Verdict.Supported, 0.01, -0.01, 0.0)]
    [InlineData(Verdict.Refuted, 0.20, 0.21, 0.22)]
    [InlineData(Verdict.Refuted, -0.20, -0.21, -0.22)]
    [InlineData(Verdict.Undecided, 0.03, 0.05, 0.07)]
    public void A_coincidence_is_supported_within_the_sesoi_and_refuted_outside(Verdict expected, params double[] distances) =>
        Assert.Equal(expected, Alone(Claim.SameSparsity, distances).Verdict);

    [Fact]
    public void Nothing_measured_is_told_as_that() =>
        Assert.Equal(Verdict.NotMeasured, VerdictRule.Alone(Claim.Load, null).Verdict);

    [Fact]
    public void A_claim_and_its_mirror_image_are_judged_alike()
    {
        // Supported for x above 0 is refuted for -x, and what is refuted by equivalence is so on both sides.
        double[] clear = [0.10, 0.12, 0.11, 0.13], nothing = [0.001, -0.002, 0.001, 0.0];

        Assert.Equal(Verdict.Supported, Alone(Claim.Load, clear).Verdict);
        Assert.Equal(Verdict.Refuted, Alone(Claim.Load, [.. clear.Select(v => -v)]).Verdict);
        Assert.Equal(Verdict.Refuted, Alone(Claim.Load, nothing).Verdict);
        Assert.Equal(Verdict.Refuted, Alone(Claim.Load, [.. nothing.Select(v => -v)]).Verdict);
    }

    // Rates at most 2.5 %, since each verdict uses one tail of a 95 % interval; 3.2 % is four standard errors above.
    [Theory]
    [InlineData(3, 0.002)]
    [InlineData(3, 0.02)]
    [InlineData(12, 0.005)]
    [InlineData(12, 0.03)]
    public void Without_an_effect_it_is_rarely_supported_and_at_the_sesoi_rarely_refuted(int seeds, double spread)
    {
        Assert.InRange(Rate(0, Verdict.Supported), 0, 0.035);
        Assert.InRange(Rate(Claim.Accuracy.Least, Verdict.Refuted), 0, 0.035);

        double Rate(double effect, Verdict wrong) =>
            Draw(Claim.Accuracy, seeds, effect, spread).Count(v => v == wrong) / (double)Studies;
    }

    [Theory]
    [InlineData(3, 0.02)]
    [InlineData(12, 0.06)]
    public void A_coincidence_is_rarely_supported_or_refuted_at_the_sesoi(int seeds, double spread)
    {
        var verdicts = Draw(Claim.SameSparsity, seeds, Claim.SameSparsity.Least, spread);

        Assert.InRange(verdicts.Count(v => v == Verdict.Supported) / (double)Studies, 0, 0.035);
        Assert.InRange(verdicts.Count(v => v == Verdict.Refuted) / (double)Studies, 0, 0.035);
    }

    [Fact]
    public void Twelve_seeds_tell_one_point_from_none()
    {
        // Spread of a paired difference 0.5 points: both answers are then found nearly always.
        Assert.InRange(Draw(Claim.Accuracy, 12, 0.01, 0.005).Count(v => v == Verdict.Supported) / (double)Studies, 0.95, 1);
        Assert.InRange(Draw(Claim.Accuracy, 12, 0, 0.005).Count(v => v == Verdict.Refuted) / (double)Studies, 0.85, 1);
    }

    // Six endpoints of one study, independent or moving together, all without effect, all exactly at the SESOI, and half of
    // them strong: at most one family in forty holds a wrong "supported", and one in forty a wrong "refuted".
    [Theory]
    [InlineData(0.0, 0)]
    [InlineData(0.8, 0)]
    [InlineData(0.0, 3)]
    [InlineData(0.8, 3)]
    public void A_family_of_endpoints_rarely_holds_one_wrong_verdict(double shared, int strong)
    {
        Assert.InRange(FamilyRate(0, Verdict.Supported), 0, 0.035);
        Assert.InRange(FamilyRate(Claim.Accuracy.Least, Verdict.Refuted), 0, 0.035);

        double FamilyRate(double effect, Verdict wrong)
        {
            const int Families = 2000, Endpoints = 6, Seeds = 6;
            var random = new MersenneTwister(17, threadSafe: false);
            int hit = 0;
            for (int study = 0; study < Families; study++)
            {
                double[] common = [.. Enumerable.Range(0, Seeds).Select(_ => Normal.Sample(random, 0, 1))];
                var family = Enumerable.Range(0, Endpoints).Select(e => (Claim.Accuracy, SeedMean.Of(common.Select(c =>
                    (double?)((e < strong ? 0.05 : effect) + (0.004 * ((Math.Sqrt(shared) * c)
                        + (Math.Sqrt(1 - shared) * Normal.Sample(random, 0, 1))))))))).ToList();
                hit += VerdictRule.Family(family).Skip(strong).Any(j => j.Verdict == wrong) ? 1 : 0;
            }

            return hit / (double)Families;
        }
    }

    [Fact]
    public void A_planned_endpoint_that_was_not_measured_still_counts()
    {
        var mean = SeedMean.Of([0.010, 0.013, 0.016]);

        var one = VerdictRule.Alone(Claim.Accuracy, mean);
        var two = VerdictRule.Family([(Claim.Accuracy, mean), (Claim.Accuracy, null)])[0];

        Assert.Equal(0.95, one.LowLevel, 12);
        Assert.Equal(0.975, two.LowLevel, 12);
        Assert.True(two.Interval.Low < one.Interval.Low);
        Assert.True(two.Detectable > one.Detectable);
    }

    private static Judgement Alone(Claim claim, double[] values) =>
        VerdictRule.Alone(claim, SeedMean.Of(values.Select(v => (double?)v)));

    private static List<Verdict> Draw(Claim claim, int seeds, double effect, double spread)
    {
        var random = new MersenneTwister(23, threadSafe: false);
        return [.. Enumerable.Range(0, Studies).Select(_ => VerdictRule.Alone(claim, SeedMean.Of(
            Enumerable.Range(0, seeds).Select(_ => (double?)Normal.Sample(random, effect, spread)))).Verdict)];
    }
}
