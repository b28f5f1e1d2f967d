using System.Text.RegularExpressions;
using NeuralBurden.Pruning.Errors;
using NeuralBurden.Tests.Formats;
using NeuralBurden.Vit.Settings;
using NeuralBurden.Vit.Study;
using NeuralBurden.Vit.Study.Hypotheses;
using NeuralBurden.Vit.Study.Storage;
using Xunit;

namespace NeuralBurden.Tests.Study;

public sealed class StudyPlanTests : IDisposable
{
    private static readonly RunConfig Base = RunConfig.Default with { Name = "s" };

    private static readonly StudyFocus Focus = new()
    {
        Method = "pdwp",
        Sparsity = 0.98,
        Epochs = 10,
        Merge = new Dictionary<string, string>
        {
            ["tokens.merge"] = "single-pass",
            ["tokens.layer"] = "3",
            ["tokens.r"] = "25%",
        },
        Plain = "gmp",
        Tests = ["T0", "T1"],
        Seeds = [101, 102, 103],
    };

    private static readonly StudyConfig Study = new()
    {
        Settings = [new("gmp", "optim.lr", "0.002")],
        Rows =
        [
            Row("screen", [1, 2], "none", "single-pass"),
            Row("confirm", Focus.Seeds, "none"),
            Row("confirm-merged", Focus.Seeds, "single-pass"),
        ],
        Focus = Focus,
    };

    private readonly TemporaryFolder _root = new();

    public static TheoryData<string, Func<(RunConfig, StudyConfig), (RunConfig, StudyConfig)>> Changes() => new()
    {
        { "config", s => (s.Item1 with { Optim = s.Item1.Optim with { Lr = 0.5 } }, s.Item2) },
        { "config", s => (s.Item1, s.Item2 with { Settings = [] }) },
        { "endpoints", s => (s.Item1, s.Item2 with { Focus = Focus with { Tests = ["T0"] } }) },
        { "endpoints", s => (s.Item1, s.Item2 with { Focus = Focus with { Tests = ["T1", "T0"] } }) },
        { "focus", s => (s.Item1, s.Item2 with { Focus = Focus with { Plain = "rigl" } }) },
        { "focus", s => (s.Item1, s.Item2 with { Focus = Focus with { Seeds = [101, 102] } }) },
        { "runs", s => (s.Item1, s.Item2 with { Rows = [.. s.Item2.Rows, Row("more", Focus.Seeds, "random-pairs")] }) },
        { "name", s => (s.Item1 with { Name = "t" }, s.Item2) },
    };

    public void Dispose() => _root.Dispose();

    [Theory]
    [MemberData(nameof(Changes))]
    public void Every_part_of_a_study_that_confirms_is_under_the_hash(
        string told, Func<(RunConfig, StudyConfig), (RunConfig, StudyConfig)> change)
    {
        var plan = Plan(Base, Study);
        var (config, study) = change((Base, Study));

        var other = Plan(config, study);

        Assert.NotEqual(plan.Hash, other.Hash);
        Assert.Contains(told, plan.DifferenceTo(other), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_rule_every_least_effect_and_the_program_are_under_the_hash()
    {
        var plan = Plan(Base, Study);
        var first = plan.Endpoints[0];
        StudyPlan[] others =
        [
            plan with { Rules = [.. plan.Rules.Skip(1)] },
            plan with { Rules = ["Everything is supported.", .. plan.Rules.Skip(1)] },
            plan with { Endpoints = [first with { LeastEffect = 0 }, .. plan.Endpoints.Skip(1)] },
            plan with { Endpoints = [first with { Statistic = "another" }, .. plan.Endpoints.Skip(1)] },
            plan with { Code = "another" },
        ];

        string[] hashes = [plan.Hash, .. others.Select(o => o.Sealed().Hash)];

        Assert.Equal(hashes.Length, hashes.Distinct().Count());
        Assert.All(hashes, h => Assert.Matches("^[0-9a-f]{64}$", h));
        Assert.All(others, o => Assert.False(o.IsIntact));
        Assert.All(others.SkipLast(1), o => Assert.NotNull(plan.DifferenceTo(o.Sealed())));
        // Another build of the program may report; the plan says which one planned.
        Assert.Null(plan.DifferenceTo(others[^1].Sealed()));
    }

    [Fact]
    public void What_explores_is_no_part_of_the_plan()
    {
        var plan = Plan(Base, Study);

        var grown = Plan(Base, Study with { Rows = [.. Study.Rows, Row("later", [7], "avgpool2x2")] });

        Assert.Equal(plan.Hash, grown.Hash);
        // Three methods with and without the merge, and the twin with gmp's rate.
        Assert.Equal(3 * ((3 * 2) + 1), plan.Runs.Count);
    }

    [Theory]
    [InlineData("tf32", "true")]
    [InlineData("normalize", "half")]
    [InlineData("variant", "deit-tiny")]
    [InlineData("ema", "0.9")]
    [InlineData("mixup", "0.5")]
    [InlineData("drop_path", "0.1")]
    [InlineData("precision", "bf16")]
    [InlineData("snapshots", "50%")]
    public void A_plan_holds_when_the_program_grows_a_key_and_falls_when_that_key_is_set(string young, string value)
    {
        var now = Plan(Base, Study);
        var line = new Regex($"^( *){young}: .*\n", RegexOptions.Multiline);
        Assert.Single(line.Matches(now.Config));
        var before = (now with { Config = line.Replace(now.Config, "") }).Sealed();
        var set = (now with { Config = line.Replace(now.Config, $"$1{young}: {value}\n") }).Sealed();

        Assert.NotEqual(now.Hash, before.Hash);
        Assert.Null(before.DifferenceTo(now));
        Assert.Null(now.DifferenceTo(before));
        Assert.Contains("config", before.DifferenceTo(set), StringComparison.Ordinal);
        Assert.Contains("config", now.DifferenceTo(set), StringComparison.Ordinal);
    }

    [Fact]
    public void A_stored_plan_is_read_as_it_was_and_a_changed_one_is_found_out()
    {
        var folder = new StudyFolder(_root.Path);
        var plan = Plan(Base, Study);
        folder.WritePlan(plan);

        var read = folder.ReadPlan()!;

        Assert.True(read.IsIntact);
        Assert.Null(read.DifferenceTo(Plan(Base, Study)));
        string text = File.ReadAllText(folder.PlanPath);
        File.WriteAllText(folder.PlanPath, text.Replace("0.005", "0.05", StringComparison.Ordinal));
        Assert.Contains("changed after it was written", folder.ReadPlan()!.DifferenceTo(plan), StringComparison.Ordinal);
    }

    [Fact]
    public void Seeds_that_confirm_are_used_for_nothing_else()
    {
        var mixed = Study with { Rows = [.. Study.Rows, Row("mixed", [3, 101], "none")] };

        var error = Assert.Throws<SettingException>(() => StudyConfirmation.Check(StudyGrid.Create(Base, mixed), mixed));

        Assert.Equal("study.rows.mixed", error.Key);
    }

    [Fact]
    public void A_focus_that_no_row_has_is_refused_with_what_is_missing()
    {
        foreach (int row in (int[])[1, 2])
        {
            var less = Study with { Rows = [.. Study.Rows.Where((_, i) => i != row)] };

            var error = Assert.Throws<SettingException>(() => StudyConfirmation.Check(StudyGrid.Create(Base, less), less));

            Assert.Contains(
                row == 1 ? "no row has pdwp at 0.98 without merging" : "no row has dense with the merge of the focus",
                error.Message,
                StringComparison.Ordinal);
        }

        StudyConfirmation.Check(StudyGrid.Create(Base, Study), Study);
    }

    private static StudyRow Row(string name, IReadOnlyList<int> seeds, params string[] merges) => new()
    {
        Name = name,
        Seeds = seeds,
        Axes =
        [
            new("pruning.method", ["dense", "pdwp", "gmp"]),
            new("pruning.sparsity", ["0.98"]),
            new("tokens.merge", merges),
            new("tokens.layer", ["3"]),
        ],
    };

    private static StudyPlan Plan(RunConfig config, StudyConfig study) =>
        StudyConfirmation.Plan(config, study, StudyGrid.Create(config, study), "1.0 at abc");
}
