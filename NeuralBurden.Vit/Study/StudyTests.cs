namespace NeuralBurden.Vit.Study;

/// <summary>
/// The tests T1 to T8 of the phenomenon on a study's data. The documentation of each test's type states its rule;
/// <see cref="VerdictRule"/> has what they share.
/// </summary>
public static class StudyTests
{
    /// <summary>All eight, in order. With fewer than three seeds what would be decided is undecided.</summary>
    public static IReadOnlyList<TestOutcome> Of(StudyData data)
    {
        var study = new StudyIndex(data);
        TestOutcome[] outcomes =
        [
            SurvivorLoadTest.Run(study), LearnedCompensationTest.Run(study), RecoveryBoundaryTest.Run(study),
            MergingReliefTest.Run(study), ReliefSpecificityTest.Run(study), ReactivationTest.Run(study),
            BurdenPredictsLossTest.Run(study), SilencingTest.Run(study),
        ];
        return study.Seeds.Count >= VerdictRule.LeastSeeds ? outcomes : [.. outcomes.Select(TooFew)];
    }

    private static TestOutcome TooFew(TestOutcome outcome) => outcome.Verdict == Verdict.NotMeasured ? outcome : outcome with
    {
        Verdict = Verdict.Undecided,
        Reason = $"A verdict needs {VerdictRule.LeastSeeds} seeds; the figures are those of fewer.",
    };
}
