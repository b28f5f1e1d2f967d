using NeuralBurden.Tests.Style;
using NeuralBurden.Vit.Study;
using NeuralBurden.Vit.Study.Hypotheses;
using NeuralBurden.Vit.Study.Statistics;
using Xunit;

namespace NeuralBurden.Tests.Study.Hypotheses;

/// <summary>What confirms, what explores, and where a study without a focus looks.</summary>
public class StudyHypothesesTests
{
    private static readonly int[] Screen = [1, 2, 3], Fresh = [101, 102, 103, 104, 105, 106];

    [Fact]
    public void Only_planned_runs_confirm_and_all_planned_endpoints_are_corrected()
    {
        // The screen says 0.8, the fresh seeds 0.3.
        var (data, _) = Confirmed(s => s.Add("pdwp", 0.98, 0.95, SyntheticStudy.Loads(0.8)));

        var outcomes = StudyHypotheses.Of(data);

        var load = outcomes.Single(o => o.Id == "T1");
        Assert.True(load.Confirmatory);
        Assert.Equal(6, load.Judgement.Mean!.Value.Count);
        Assert.Equal(0.3, load.Judgement.Mean!.Value.Mean, 0.03);
        Assert.Equal(1 - (0.05 / 3), load.Judgement.LowLevel, 12);
        Assert.Equal(Verdict.NotMeasured, outcomes.Single(o => o.Id == "T4a").Verdict);
        Assert.False(outcomes.Single(o => o.Id == "T6").Confirmatory);
    }

    [Fact]
    public void A_broken_plan_confirms_nothing()
    {
        var (data, _) = Confirmed(s => s);

        Assert.All(StudyHypotheses.Of(data with { PlanBroken = "the rules changed" }), o => Assert.False(o.Confirmatory));
    }

    [Fact]
    public void No_verdict_stands_before_all_planned_runs_are_there()
    {
        var (data, plan) = Confirmed(s => s);
        var early = data with { Runs = [.. data.Runs.Where(r => r.Id != plan.Runs[0])] };

        var outcome = StudyHypotheses.Of(early).Single(o => o.Id == "T1");

        Assert.Equal(Verdict.Supported, outcome.Judgement.Verdict);
        Assert.Equal(Verdict.Undecided, outcome.Verdict);
        Assert.Contains("1 planned run", outcome.Reason, StringComparison.Ordinal);
        // One that failed will not come.
        var failed = early with { Failures = [$"{plan.Runs[0]}: loss is not finite"] };
        Assert.Equal(Verdict.Supported, StudyHypotheses.Of(failed).Single(o => o.Id == "T1").Verdict);
    }

    [Fact]
    public void Other_methods_sparsities_and_lengths_are_told_each_by_itself()
    {
        var data = new SyntheticStudy(Screen)
            .Add("pdwp", 0.98, 0.95, SyntheticStudy.Loads(0.4))
            .Add("pdwp", 0.9, 0.96, SyntheticStudy.Loads(0.1))
            .Add("pdwp", 0.98, 0.9, SyntheticStudy.Loads(-0.2), epochs: 10)
            .Add("gmp", 0.98, 0.94, SyntheticStudy.Loads(-0.06))
            .Data(SyntheticStudy.Focus([]));

        var loads = StudyHypotheses.Elsewhere(data).Where(o => o.Id == "T1").ToList();

        Assert.Equal(
            ["pdwp at 90 %, 100 epochs", "pdwp at 98 %, 10 epochs", "gmp at 98 %, 100 epochs"], loads.Select(o => o.At.Name));
        Assert.Equal([Verdict.Supported, Verdict.Refuted, Verdict.Refuted], loads.Select(o => o.Verdict));
        Assert.All(loads, o => Assert.False(o.Confirmatory));
    }

    [Fact]
    public void Without_a_focus_the_best_merge_is_chosen_by_validation_images()
    {
        var data = Two((0.94, 0.96), (0.95, 0.93)).Data();

        var at = StudyHypotheses.Of(data)[0].At;

        Assert.Equal("3", at.Merge![StudyFactors.Layer]);
        Assert.Contains("validation", at.Choice, StringComparison.Ordinal);
    }

    [Fact]
    public void With_a_focus_the_cell_that_the_screen_would_have_chosen_is_told()
    {
        var data = Two((0.94, 0.93), (0.95, 0.96)).Data(SyntheticStudy.Focus(Fresh));

        var at = StudyHypotheses.Of(data)[0].At;

        Assert.Equal("3", at.Merge![StudyFactors.Layer]);
        Assert.EndsWith("the best of 2 cells is single-pass 25% at layer 1", at.Choice, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_validation_images_no_merge_is_chosen_among_several()
    {
        var data = Two((0.94, null), (0.95, null)).Data();

        var at = StudyHypotheses.Of(data)[0].At;

        Assert.Null(at.Merge);
        Assert.Contains("may be chosen by validation images only", at.Choice, StringComparison.Ordinal);
    }

    [Fact]
    public void Keys_that_only_say_what_is_measured_make_no_other_arm()
    {
        var data = new SyntheticStudy(Screen)
            .Add("gmp", 0.98, 0.94, departures: new Dictionary<string, string> { ["burden.silencing"] = "true" })
            .Add("pdwp", 0.98, 0.95).Add("pdwp", 0.98, 0.96, merge: SyntheticStudy.SinglePass)
            .Data(SyntheticStudy.Focus([]));

        Assert.NotEqual(Verdict.NotMeasured, StudyHypotheses.Of(data)[0].Verdict);
    }

    [Fact]
    public void Plans_get_the_endpoint_of_every_hypothesis()
    {
        Assert.Equal(
            ["T0", "T1", "T2", "T3", "T4a", "T4b", "T5", "T6", "T7", "T8"], StudyHypotheses.All.Select(h => h.Endpoint.Id));
        Assert.All(StudyHypotheses.All, h => Assert.True(h.Endpoint.LeastEffect > 0));
        Assert.Null(StudyHypotheses.Find("T9"));
    }

    [Fact]
    public void The_guide_has_every_claim_and_primary_statistic_as_the_program_has_them()
    {
        string guide = File.ReadAllText(Path.Combine(Repository.Root, "docs", "study", "README.md"));

        Assert.All(StudyHypotheses.All, h =>
            Assert.Contains($"| {h.Id} | {h.Statement} | {h.Statistic} |", guide, StringComparison.Ordinal));
    }

    // Layer 1 and layer 3, each with its accuracy on test and on validation images.
    private static SyntheticStudy Two((double Test, double? Validation) first, (double Test, double? Validation) third) =>
        new SyntheticStudy(Screen).Add("pdwp", 0.98, 0.95)
            .Add(
                "pdwp", 0.98, third.Test, merge: SyntheticStudy.Merge("single-pass", layer: 1),
                change: (r, _) => r with { ValidationAccuracy = third.Validation })
            .Add(
                "pdwp", 0.98, first.Test, merge: SyntheticStudy.SinglePass,
                change: (r, _) => r with { ValidationAccuracy = first.Validation });

    private static (StudyData Data, StudyPlan Plan) Confirmed(Func<SyntheticStudy, SyntheticStudy> screen)
    {
        var fresh = new SyntheticStudy(Fresh).Add("dense", 0, 0.97).Add("gmp", 0.98, 0.94)
            .Add("pdwp", 0.98, 0.95, SyntheticStudy.Loads(0.3))
            .Add("pdwp", 0.98, 0.955, merge: SyntheticStudy.SinglePass);
        var focus = SyntheticStudy.Focus(Fresh, "T0", "T1", "T4a");
        var plan = new StudyPlan
        {
            Version = StudyPlan.CurrentVersion,
            Study = "synthetic",
            Focus = focus,
            Config = "",
            Endpoints = [.. focus.Tests.Select(t => StudyHypotheses.Find(t)!.Endpoint)],
            Rules = StudyHypotheses.Rules,
            Runs = [.. fresh.Runs.Select(r => r.Id)],
            Code = "test",
        };
        var others = screen(new SyntheticStudy(Screen)).Runs.Select(r => r with { Id = "screen-" + r.Id });
        return (fresh.Data(focus, plan) with { Runs = [.. fresh.Runs, .. others] }, plan);
    }
}
