using NeuralBurden.Vit.Study;
using Xunit;

namespace NeuralBurden.Tests.Study;

public class VerdictTests
{
    private static readonly SyntheticStudy Rising = new()
    {
        LogU = (role, _, s, _) => role is StudyRole.SmallDense or StudyRole.Frozen ? 0 : -0.3 * Math.Log(1 - s),
        LogK = (_, _, s, _) => -0.2 * Math.Log(1 - s),
    };

    [Fact]
    public void T1_survivors_that_carry_more_than_small_networks_support_it() =>
        Expect("T1", Verdict.Supported, Rising);

    [Fact]
    public void T1_small_dense_networks_that_show_the_same_refute_it() => Expect(
        "T1", Verdict.Refuted, Rising with { LogU = (_, _, s, _) => -0.3 * Math.Log(1 - s) });

    [Fact]
    public void T1_loads_that_fall_refute_it() => Expect("T1", Verdict.Refuted, Rising with
    {
        LogU = (_, _, s, _) => 0.3 * Math.Log(1 - s),
        LogK = (_, _, s, _) => 0.3 * Math.Log(1 - s),
    });

    [Fact]
    public void T1_synapses_that_carry_more_beside_units_that_carry_less_refute_it()
    {
        var outcome = Outcome("T1", Rising with { LogK = (_, _, s, _) => 0.3 * Math.Log(1 - s) });

        Assert.Equal(Verdict.Refuted, outcome.Verdict);
        Assert.Contains("units do not", outcome.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void T1_without_small_networks_is_never_supported() =>
        Expect("T1", Verdict.Undecided, Rising with { WithSmallDense = false });

    [Fact]
    public void T1_loads_above_the_law_are_not_support() => Expect(
        "T1",
        Verdict.Undecided,
        Rising with { LogU = (role, _, s, _) => role == StudyRole.SmallDense ? 0 : -2 * Math.Log(1 - s) });

    [Theory]
    [InlineData(0.95, 1.2, Verdict.Supported)]
    [InlineData(1.2, 1.2, Verdict.Refuted)]
    [InlineData(1.2, 1.0, Verdict.Refuted)]
    [InlineData(1.2, 1.5, Verdict.Undecided)]
    [InlineData(0.7, 0.9, Verdict.Undecided)]
    public void T2_asks_for_rates_that_grow_from_at_most_one_to_above(double after, double recovered, Verdict expected) =>
        Expect("T2", expected, new SyntheticStudy { Compensation = (after, recovered) });

    [Fact]
    public void T3_knees_together_support_it() => Expect("T3", Verdict.Supported, new SyntheticStudy
    {
        Accuracy = (_, _, s, _) => s > 0.92 ? 0.95 - (4 * (s - 0.9)) : 0.95,
        BestError = s => s > 0.92 ? 0.02 + (4 * (s - 0.9)) : 0.02,
    });

    [Fact]
    public void T3_accuracy_that_falls_at_a_flat_error_refutes_it() => Expect("T3", Verdict.Refuted, new SyntheticStudy());

    [Fact]
    public void T3_without_a_loss_there_is_nothing_to_find() => Expect("T3", Verdict.Undecided, new SyntheticStudy
    {
        Accuracy = (_, _, _, _) => 0.95,
        BestError = s => s,
    });

    [Fact]
    public void T4_relief_beyond_the_controls_supports_it() => Expect("T4", Verdict.Supported, Merging(0.3, 0.3, 0, 0));

    [Fact]
    public void T4_controls_that_do_as_well_refute_it() => Expect("T4", Verdict.Refuted, Merging(0.3, 0.3, 0.3, 0.3));

    [Fact]
    public void T4_only_the_load_per_image_that_falls_refutes_it() => Expect("T4", Verdict.Refuted, Merging(0, 0, 0, 0));

    [Fact]
    public void T4_a_higher_load_refutes_it() => Expect("T4", Verdict.Refuted, Merging(0.3, -0.3, 0, 0));

    [Theory]
    [InlineData(0.03, -0.01, Verdict.Supported)]
    [InlineData(0.02, 0.02, Verdict.Refuted)]
    [InlineData(-0.02, 0.01, Verdict.Refuted)]
    public void T5_compares_the_gain_of_pruned_networks_with_that_of_the_dense_one(
        double pruned, double dense, Verdict expected) => Expect("T5", expected, new SyntheticStudy
        {
            Accuracy = (role, _, s, _) => 0.9 - (0.1 * s) + (role == StudyRole.Merged ? s > 0 ? pruned : dense : 0),
        });

    [Fact]
    public void T5_noise_larger_than_the_effect_leaves_it_undecided() => Expect("T5", Verdict.Undecided, new SyntheticStudy
    {
        Accuracy = (role, _, s, _) => 0.9 - (0.1 * s) + (role == StudyRole.Merged && s > 0 ? 0.004 : 0),
        Noise = 0.05,
    });

    [Fact]
    public void T5_says_when_merging_only_harms_less()
    {
        var outcome = Outcome("T5", new SyntheticStudy
        {
            Accuracy = (role, _, s, _) => 0.9 - (0.1 * s) - (role == StudyRole.Merged ? s > 0 ? 0.01 : 0.05 : 0),
        });

        Assert.Equal(Verdict.Supported, outcome.Verdict);
        Assert.Contains("still costs accuracy", outcome.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void T6_needs_accuracy_relief_and_the_gamma_control() =>
        Expect("T6", Verdict.Supported, Reactivation(gain: 0.03, relief: 0.2, zero: 0.02));

    [Theory]
    [InlineData(-0.01, 0.2, 0.02)]
    [InlineData(0.03, -0.1, 0.02)]
    [InlineData(0.03, 0.2, 0)]
    public void T6_any_part_that_is_missing_refutes_it(double gain, double relief, double zero) =>
        Expect("T6", Verdict.Refuted, Reactivation(gain, relief, zero));

    [Fact]
    public void T6_without_weights_that_return_is_undecided() =>
        Expect("T6", Verdict.Undecided, Reactivation(0.03, 0.2, 0.02) with { ReturnRate = 0 });

    [Fact]
    public void T7_a_burden_that_goes_with_the_loss_supports_it() => Expect("T7", Verdict.Supported, new SyntheticStudy
    {
        Accuracy = (role, method, s, _) => 0.95 - (0.1 * s) - Own(method),
        Burden = (method, s, _) => s + (10 * Own(method)),
    });

    [Fact]
    public void T7_a_burden_that_goes_against_the_loss_refutes_it() => Expect("T7", Verdict.Refuted, new SyntheticStudy
    {
        Accuracy = (role, method, s, _) => 0.95 - (0.1 * s) - Own(method),
        Burden = (method, s, _) => s - (10 * Own(method)),
    });

    [Theory]
    [InlineData(0.05, 0.1, Verdict.Supported)]
    [InlineData(0, 0, Verdict.Refuted)]
    [InlineData(-0.05, 0, Verdict.Refuted)]
    [InlineData(0.05, -0.03, Verdict.Undecided)]
    public void T8_asks_for_a_gap_that_grows(double gap, double growth, Verdict expected) =>
        Expect("T8", expected, new SyntheticStudy { Gap = s => gap + (growth * s) });

    [Fact]
    public void Two_seeds_decide_nothing()
    {
        var outcomes = StudyTests.Of((Rising with { Seeds = 2 }).Data());

        Assert.All(outcomes, o => Assert.Contains(o.Verdict, (Verdict[])[Verdict.Undecided, Verdict.NotMeasured]));
        Assert.Contains("3 seeds", outcomes[0].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void What_was_not_measured_is_said_to_be_so()
    {
        var bare = new SyntheticStudy().Data();
        bare = bare with { Runs = [.. bare.Runs.Select(r => r with { Layers = [] })] };

        var outcomes = StudyTests.Of(bare);

        Assert.Equal(
            ["T1", "T2", "T3", "T4", "T7", "T8"],
            outcomes.Where(o => o.Verdict == Verdict.NotMeasured).Select(o => o.Id));
    }

    [Fact]
    public void Relief_is_undefined_where_pruning_costs_less_than_two_standard_errors()
    {
        var reliefs = Relief.Of(new StudyIndex(new SyntheticStudy
        {
            Accuracy = (role, _, s, _) => 0.9 - (s > 0.92 ? 0.1 : 0) + (role == StudyRole.Merged ? 0.02 : 0),
        }.Data()));

        Assert.All(reliefs.Where(r => r.Sparsity < 0.92), r => Assert.Null(r.Value));
        Assert.All(reliefs.Where(r => r.Sparsity > 0.92), r => Assert.Equal(0.2, r.Value!.Value, 0.05));
    }

    [Fact]
    public void Claims_follow_the_data()
    {
        var data = new SyntheticStudy
        {
            Accuracy = (role, _, s, _) => 0.95 - (0.1 * s) + (role == StudyRole.Merged && s > 0 ? 0.03 : 0),
        }.Data();

        var claims = StudyClaims.Of(data, StudyTests.Of(data));

        Assert.Equal(Verdict.Supported, claims[0].Verdict);
        Assert.Equal(Verdict.Supported, claims[2].Verdict);
        // pdwp and the frozen masks are equal here, and noise is small: "at least equals" holds.
        Assert.Equal(Verdict.Supported, claims[3].Verdict);
    }

    private static SyntheticStudy Merging(double error, double k, double controlError, double controlK) => new()
    {
        Error = (role, _, _, merge) => 0.2 * Math.Exp(-(role == StudyRole.Merged ? error : merge != "none" ? controlError : 0)),
        LogK = (role, _, _, merge) => -(role == StudyRole.Merged ? k : merge != "none" ? controlK : 0),
    };

    private static SyntheticStudy Reactivation(double gain, double relief, double zero) => new()
    {
        Accuracy = (role, method, _, _) => role switch
        {
            StudyRole.Frozen => 0.9 - gain - (method == "static-random" ? 0.05 : 0),
            StudyRole.GammaZero => 0.9 - zero,
            _ => 0.9,
        },
        LogK = (role, _, _, _) => role == StudyRole.Frozen ? relief : 0,
    };

    private static double Own(string method) => method switch
    {
        "pdwp" => 0,
        "gmp" => 0.02,
        "rigl" => 0.04,
        _ => 0.06,
    };

    private static void Expect(string id, Verdict verdict, SyntheticStudy study)
    {
        var outcome = Outcome(id, study);
        Assert.True(
            verdict == outcome.Verdict,
            $"{id} is {outcome.Verdict}, not {verdict}: {outcome.Reason} {string.Join("; ", outcome.Effects)}");
    }

    private static TestOutcome Outcome(string id, SyntheticStudy study)
    {
        var index = new StudyIndex(study.Data());
        return id switch
        {
            "T1" => SurvivorLoadTest.Run(index),
            "T2" => LearnedCompensationTest.Run(index),
            "T3" => RecoveryBoundaryTest.Run(index),
            "T4" => MergingReliefTest.Run(index),
            "T5" => ReliefSpecificityTest.Run(index),
            "T6" => ReactivationTest.Run(index),
            "T7" => BurdenPredictsLossTest.Run(index),
            _ => SilencingTest.Run(index),
        };
    }
}
