using MathNet.Numerics.Random;
using NeuralBurden.Vit.Burden;
using NeuralBurden.Vit.Study;
using NeuralBurden.Vit.Study.Hypotheses;
using NeuralBurden.Vit.Study.Statistics;
using Xunit;

namespace NeuralBurden.Tests.Study.Hypotheses;

/// <summary>Every hypothesis on studies of known truth: each of the verdicts, and the direction of the claim.</summary>
public class HypothesisTests
{
    private static readonly int[] Six = [1, 2, 3, 4, 5, 6];

    private static readonly IReadOnlyDictionary<string, string> Gamma =
        new Dictionary<string, string> { ["pruning.parameters.gamma"] = "0" };

    [Theory]
    [InlineData(0.01, 0.001, Verdict.Supported)]
    [InlineData(0.0, 0.001, Verdict.Refuted)]
    [InlineData(-0.02, 0.001, Verdict.Refuted)]
    [InlineData(0.006, 0.02, Verdict.Undecided)]
    public void T0_is_what_the_remedy_gains_over_the_best_plain_method(double gain, double noise, Verdict expected)
    {
        var outcome = Outcome("T0", new SyntheticStudy(Six) { Noise = noise }
            .Add("dense", 0, 0.97).Add("gmp", 0.98, 0.94).Add("pdwp", 0.98, 0.95)
            .Add("pdwp", 0.98, 0.94 + gain, merge: SyntheticStudy.SinglePass));

        Assert.Equal(expected, outcome.Verdict);
        Assert.Equal(gain, outcome.Judgement.Mean!.Value.Mean, 9);
    }

    [Fact]
    public void T0_tells_the_share_of_the_loss_given_back()
    {
        var outcome = Outcome("T0", new SyntheticStudy(Six)
            .Add("dense", 0, 0.97).Add("gmp", 0.98, 0.94).Add("pdwp", 0.98, 0.95)
            .Add("pdwp", 0.98, 0.955, merge: SyntheticStudy.SinglePass));

        var share = outcome.Finding.Beside.Single(b => b.Name.StartsWith("share of gmp's loss", StringComparison.Ordinal));
        Assert.Equal(0.5, share.Value, 0.1);
        Assert.InRange(0.5, share.Interval.Low, share.Interval.High);
    }

    [Fact]
    public void Differences_of_accuracy_are_told_over_test_images_too()
    {
        // Of 16 images the dense network is right on all, gmp on 10, pdwp on 12, the remedy on 14 with and 12 dense.
        var study = new SyntheticStudy(Six) { TestImages = 16 }
            .Add("dense", 0, 1, change: Right(16)).Add("gmp", 0.98, 0.6, change: Right(10))
            .Add("pdwp", 0.98, 0.7, change: Right(12)).Add("oneshot", 0.98, 0.5, change: Right(9))
            .Add("dense", 0, 0.7, merge: SyntheticStudy.SinglePass, change: Right(12))
            .Add("pdwp", 0.98, 0.8, merge: SyntheticStudy.SinglePass, change: Right(14));

        Assert.Equal((4 / 16.0, 16), OverImages("T0", study));
        Assert.Equal(((14 - 12 - (12 - 16)) / 16.0, 16), OverImages("T5", study));
        Assert.Equal((2 / 16.0, 16), OverImages("T6", study));
    }

    private static Func<StudyRun, MersenneTwister, StudyRun> Right(int images) => (run, _) => run with
    {
        Loads = [run.Loads[0] with { Correct = Convert.ToBase64String(BitConverter.GetBytes((ushort)((1 << images) - 1))) }],
    };

    private static (double Value, int Images) OverImages(string id, SyntheticStudy study)
    {
        var figure = Outcome(id, study).Finding.Beside.Single(b => b.Name == "the same over test images, paired");
        Assert.InRange(figure.Value, figure.Interval.Low, figure.Interval.High);
        return (figure.Value, figure.Seeds);
    }

    [Theory]
    [InlineData(0.35, Verdict.Supported)]
    [InlineData(0.0, Verdict.Refuted)]
    [InlineData(-0.3, Verdict.Refuted)]
    public void T1_is_the_load_over_the_twin(double load, Verdict expected)
    {
        var outcome = Outcome("T1", new SyntheticStudy(Six).Add("pdwp", 0.98, 0.95, SyntheticStudy.Loads(load)));

        Assert.Equal(expected, outcome.Verdict);
        Assert.Contains(outcome.Finding.Beside, b => b.Name == "units alive" && b.Value == 0.3);
    }

    [Fact]
    public void T1_is_undecided_where_seeds_disagree()
    {
        var outcome = Outcome(
            "T1", new SyntheticStudy(1, 2, 3) { LoadNoise = 0.3 }.Add("pdwp", 0.98, 0.95, SyntheticStudy.Loads(0.1)));

        Assert.Equal(Verdict.Undecided, outcome.Verdict);
        Assert.Contains("would have been found", outcome.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void T1_leaves_out_seeds_whose_twin_is_no_reference()
    {
        var outcome = Outcome("T1", new SyntheticStudy(Six).Add(
            "pdwp", 0.98, 0.95, SyntheticStudy.Loads(0.3), change: (run, _) => run.Seed > 2 ? run : run with
            {
                Loads = [run.Loads[0] with { Absent = "twin is worse", Values = new Dictionary<string, double>() }],
            }));

        Assert.Equal(4, outcome.Judgement.Mean!.Value.Count);
        Assert.Contains("2 of the seeds", outcome.Finding.Note, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.5, true, Verdict.Supported)]
    [InlineData(0.5, false, Verdict.Supported)]
    [InlineData(0.0, true, Verdict.Refuted)]
    [InlineData(0.0, false, Verdict.Refuted)]
    [InlineData(-0.4, true, Verdict.Refuted)]
    [InlineData(-0.4, false, Verdict.Refuted)]
    public void T2_is_the_growth_of_the_load_since_the_cut_beyond_that_of_the_twin(
        double growth, bool atTheCut, Verdict expected)
    {
        const double Selection = -0.9;
        var outcome = Outcome("T2", new SyntheticStudy(Six)
            .Add("pdwp", 0.98, 0.95)
            .Add("oneshot", 0.98, 0.94, SyntheticStudy.Loads(Selection + growth), change: (run, random) => run with
            {
                Loads =
                [
                    // Before the cut the run is its twin and its shot. Soon after it, it is no longer its shot.
                    Moment(0.4, 0, 0), Moment(0.5, atTheCut ? Selection : 0, 0),
                    Moment(0.505, Selection + 0.2, 0.2), Moment(0.55, Selection + (growth / 2), growth / 2),
                    run.Loads[0],
                ],
            }));

        Assert.Equal(expected, outcome.Verdict);
        Assert.Equal(growth, outcome.Judgement.Mean!.Value.Mean, 0.03);
        var course = outcome.Finding.Beside.Single(b => b.Name == "after 10 % of the rest");
        Assert.Equal(growth / 2, course.Value, 9);

    }

    [Fact]
    public void T2_needs_a_moment_soon_after_the_cut()
    {
        // 4 % of the rest later the run happens to carry what its shot carries, but for rounding.
        var outcome = Outcome("T2", new SyntheticStudy(Six)
            .Add("pdwp", 0.98, 0.95)
            .Add("oneshot", 0.98, 0.94, SyntheticStudy.Loads(0.3), change: (run, random) => run with
            {
                Loads = [Moment(0.5, 0, 0), Moment(0.52, -0.4, 1e-3), run.Loads[0]],
            }));

        Assert.Equal(Verdict.NotMeasured, outcome.Verdict);
    }

    private static LoadRecord Moment(double share, double kTwin, double kShot) =>
        SyntheticStudy.Record((int)(share * 10000), share, 0.5, 0.96, SyntheticStudy.Loads(kTwin, kShot));

    [Theory]
    [InlineData(0.0, Verdict.Supported)]
    [InlineData(0.2, Verdict.Refuted)]
    public void T3_is_the_distance_of_two_knees(double apart, Verdict expected)
    {
        var study = new SyntheticStudy(Six) { Noise = 0.002, LoadNoise = 0.001 }.Add("pdwp", 0.98, 0.95);
        foreach (double s in (double[])[0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8])
        {
            double Bent(double at) => Math.Max(0, s - at);
            study.Add("mlp-units", s, 0.97 - Bent(0.5), change: (run, random) => run with
            {
                Loads = [run.Loads[0] with
                {
                    OutputKl = 0.01 + Bent(0.3) + (0.004 * (random.NextDouble() - 0.5)),
                    Values = new Dictionary<string, double>
                    {
                        [LoadMeasures.Best(0)] = 0.02 + Bent(0.5 - apart) + (0.004 * (random.NextDouble() - 0.5)),
                    },
                }],
            });
        }

        var outcome = Outcome("T3", study);

        Assert.Equal(expected, outcome.Verdict);
        Assert.Equal(apart, outcome.Judgement.Mean!.Value.Mean, 0.02);
        var outputs = Assert.Single(outcome.Finding.Beside, b => b.Name.StartsWith("knee of KL", StringComparison.Ordinal));
        Assert.Equal(apart - 0.2, outputs.Value, 0.02);
    }

    [Theory]
    [InlineData(0.2, Verdict.Supported)]
    [InlineData(0.0, Verdict.Refuted)]
    [InlineData(-0.2, Verdict.Refuted)]
    public void T4a_is_the_load_without_merging_less_that_with(double relief, Verdict expected)
    {
        var outcome = Outcome("T4a", new SyntheticStudy(Six)
            .Add("pdwp", 0.98, 0.95, SyntheticStudy.Loads(0.4))
            .Add("pdwp", 0.98, 0.95, SyntheticStudy.Loads(0.4 - relief), SyntheticStudy.SinglePass)
            .Add("pdwp", 0.98, 0.95, SyntheticStudy.Loads(0.3), SyntheticStudy.Merge("single-pass", "50%", 1)));

        Assert.Equal(expected, outcome.Verdict);
        Assert.Contains(outcome.Finding.Beside, b => b.Name == "relief by single-pass 50% at layer 1");
    }

    [Theory]
    [InlineData(0.2, Verdict.Supported)]
    [InlineData(0.0, Verdict.Refuted)]
    public void T4b_compares_matched_with_random_pairs(double advantage, Verdict expected)
    {
        var outcome = Outcome("T4b", new SyntheticStudy(Six)
            .Add("pdwp", 0.98, 0.95, SyntheticStudy.Loads(0.4))
            .Add("pdwp", 0.98, 0.95, SyntheticStudy.Loads(0.2), SyntheticStudy.SinglePass)
            .Add("pdwp", 0.98, 0.94, SyntheticStudy.Loads(0.2 + advantage), SyntheticStudy.Merge("random-pairs")));

        Assert.Equal(expected, outcome.Verdict);
    }

    [Theory]
    [InlineData(0.012, 0.0, Verdict.Supported)]
    [InlineData(0.012, 0.012, Verdict.Refuted)]
    [InlineData(-0.012, 0.0, Verdict.Refuted)]
    public void T5_takes_off_what_the_merge_gives_the_dense_network(double gain, double dense, Verdict expected)
    {
        var outcome = Outcome("T5", new SyntheticStudy(Six)
            .Add("dense", 0, 0.97).Add("dense", 0, 0.97 + dense, merge: SyntheticStudy.SinglePass)
            .Add("pdwp", 0.98, 0.94).Add("pdwp", 0.98, 0.94 + gain, merge: SyntheticStudy.SinglePass));

        Assert.Equal(expected, outcome.Verdict);
    }

    [Theory]
    [InlineData(0.95, Verdict.Supported)]
    [InlineData(0.93, Verdict.Refuted)]
    public void T6_compares_with_the_strongest_rival_alone(double pdwp, Verdict expected)
    {
        // gamma = 0 is the strongest on validation images, though not on test images.
        StudyRun Validated(StudyRun run, double accuracy) => run with { ValidationAccuracy = accuracy };
        var outcome = Outcome("T6", new SyntheticStudy(Six)
            .Add("pdwp", 0.98, pdwp, change: (r, _) => Validated(r, 0.9) with { ReturnRate = 0.2 })
            .Add("pdwp", 0.98, 0.935, departures: Gamma, change: (r, _) => Validated(r, 0.93))
            .Add("gmp", 0.98, 0.94, change: (r, _) => Validated(r, 0.92))
            .Add("oneshot", 0.98, 0.92, change: (r, _) => Validated(r, 0.91)));

        Assert.Equal(expected, outcome.Verdict);
        Assert.EndsWith("less pdwp 98 %, \u03b3 = 0", outcome.Finding.Where, StringComparison.Ordinal);
        Assert.Null(outcome.Finding.Note);
        Assert.Contains(outcome.Finding.Beside, b => b.Name == "weights that returned" && b.Value == 0.2);
    }

    [Theory]
    [InlineData("gamma", "\u03b3 = 0")]
    [InlineData("gmp", "gmp 98 %")]
    [InlineData("oneshot", "oneshot 98 %")]
    public void T6_supports_nothing_while_a_rival_was_not_run_and_refutes_all_the_same(string absent, string told)
    {
        HypothesisOutcome Against(double pdwp)
        {
            var study = new SyntheticStudy(Six).Add("pdwp", 0.98, pdwp);
            if (absent != "gamma") study.Add("pdwp", 0.98, 0.935, departures: Gamma);
            if (absent != "gmp") study.Add("gmp", 0.98, 0.94);
            if (absent != "oneshot") study.Add("oneshot", 0.98, 0.92);
            return Outcome("T6", study);
        }

        Assert.Equal(Verdict.Undecided, Against(0.96).Verdict);
        Assert.Contains(told, Against(0.96).Reason, StringComparison.Ordinal);
        Assert.Equal(Verdict.Refuted, Against(0.9).Verdict);
        Assert.DoesNotContain(told, Against(0.9).Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, Verdict.Supported)]
    [InlineData(-1, Verdict.Refuted)]
    public void T7_correlates_load_and_loss_given_the_length(double direction, Verdict expected)
    {
        // Longer training raises loads and lowers losses by itself: without the length the correlation would be reversed.
        var study = new SyntheticStudy(Six) { Noise = 0.0005, LoadNoise = 0.02 };
        foreach (int epochs in (int[])[10, 100, 300])
        {
            foreach (int layer in (int[])[1, 2, 3, 4])
            {
                double burden = 0.05 * layer;
                study.Add(
                    "pdwp", 0.98, 0.9 + (0.01 * Math.Log(epochs)) - (direction * burden / 10),
                    SyntheticStudy.Loads(burden + (direction * 0.3 * Math.Log(epochs))),
                    SyntheticStudy.Merge("single-pass", layer: layer), epochs: epochs);
            }
        }

        var outcome = Outcome("T7", study);

        Assert.Equal(expected, outcome.Verdict);
    }

    [Theory]
    [InlineData(0.05, Verdict.Supported)]
    [InlineData(0.0, Verdict.Refuted)]
    public void T8_takes_off_the_gap_of_the_twin(double excess, Verdict expected)
    {
        var study = new SyntheticStudy(Six);
        foreach (double s in (double[])[0.9, 0.95, 0.98])
        {
            study.Add("pdwp", s, 0.95, change: (run, random) => run with
            {
                Loads = [run.Loads[0] with
                {
                    Silencing = SyntheticStudy.Silencing(
                        run.Accuracy, 0.02 + (s == 0.98 ? excess : 0.01) + (0.002 * random.NextDouble())),
                    TwinSilencing = SyntheticStudy.Silencing(0.97, 0.02),
                }],
            });
        }

        var outcome = Outcome("T8", study);

        Assert.Equal(expected, outcome.Verdict);
        Assert.Contains(outcome.Finding.Beside, b => b.Name.StartsWith("trend over sparsities", StringComparison.Ordinal));
    }

    [Fact]
    public void What_a_study_lacks_is_named()
    {
        var data = new SyntheticStudy(Six).Add("pdwp", 0.98, 0.95).Data(SyntheticStudy.Focus([]));

        var outcomes = StudyHypotheses.Of(data);

        Assert.Equal(10, outcomes.Count);
        Assert.All(outcomes, o => Assert.Equal(Verdict.NotMeasured, o.Verdict));
        Assert.Contains(
            "no run of pdwp 98 %, single-pass 25% at layer 3; of gmp 98 %", outcomes[0].Reason, StringComparison.Ordinal);
        Assert.All(outcomes, o => Assert.NotEqual("", o.Reason));
    }

    [Fact]
    public void A_study_that_prunes_nothing_has_no_hypotheses() =>
        Assert.Empty(StudyHypotheses.Of(new SyntheticStudy(Six).Add("dense", 0, 0.97).Data()));

    [Fact]
    public void Two_seeds_decide_nothing()
    {
        var outcome = Outcome("T1", new SyntheticStudy(1, 2).Add("pdwp", 0.98, 0.95, SyntheticStudy.Loads(0.5)));

        Assert.Equal(Verdict.Undecided, outcome.Verdict);
        Assert.Contains("needs 3 seeds", outcome.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Seeds_that_all_tie_decide_nothing()
    {
        var outcome = Outcome("T1", new SyntheticStudy(Six) { LoadNoise = 0 }.Add("pdwp", 0.98, 0.95, SyntheticStudy.Loads(0.5)));

        Assert.Equal(Verdict.Undecided, outcome.Verdict);
        Assert.Contains("All seeds tie", outcome.Reason, StringComparison.Ordinal);
    }

    private static HypothesisOutcome Outcome(string id, SyntheticStudy study) =>
        StudyHypotheses.Of(study.Data(SyntheticStudy.Focus([]))).Single(o => o.Id == id);
}
