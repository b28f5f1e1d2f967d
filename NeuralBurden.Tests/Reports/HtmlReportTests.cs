using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;
using NeuralBurden.Tests.Runs;
using NeuralBurden.Vit.Judging;
using NeuralBurden.Vit.Reports;
using NeuralBurden.Vit.Runs;
using NeuralBurden.Vit.Settings;
using Xunit;

namespace NeuralBurden.Tests.Reports;

public partial class HtmlReportTests
{
    [Fact]
    public void Every_variant_stands_in_the_table_with_mean_and_spread()
    {
        string table = Element(HtmlReport.Create("first", SyntheticRuns.First()), "table");

        foreach (string label in (string[])["dense", "gmp", "pdwp", "pdwp+merge"])
            Assert.Contains($"</i>{label}", table, StringComparison.Ordinal);
        Assert.Equal(3, Regex.Count(table, ">all products dense<"));
        Assert.Matches(@"97\.\d\d ± 0\.\d\d", table);
        // Accuracy of one seed has no spread; speeds have one over epochs.
        Assert.DoesNotMatch(@"97\.\d\d ±", Element(Report(1), "table"));
    }

    [Fact]
    public void Figures_are_well_formed_and_name_what_they_draw()
    {
        var figures = Figures(Report(3));

        // Accuracy, costs, four blocks, matrices, four training curves.
        Assert.Equal(11, figures.Count);
        Assert.All(figures, figure => Assert.NotEmpty((string?)figure.Attribute("aria-label") ?? ""));
        Assert.All(figures.SelectMany(f => f.Descendants()).SelectMany(e => e.Attributes()), attribute =>
            Assert.DoesNotContain("NaN", attribute.Value, StringComparison.Ordinal));
    }

    [Fact]
    public void Few_classes_have_a_confusion_matrix_and_many_the_worst_of_them()
    {
        string few = HtmlReport.Create("few", Judged(classes: 20)), many = HtmlReport.Create("many", Judged(classes: 21));

        var charts = Figures(few).Where(f => ((string)f.Attribute("aria-label")!).Contains("Confusion, ")).ToList();
        Assert.Equal(4, charts.Count);
        Assert.All(charts, chart => Assert.Equal(400, chart.Descendants().Count(e => e.Name.LocalName == "rect")));
        Assert.Contains("class &lt;3&gt;", few);
        Assert.DoesNotContain("Confusion, ", many);
        Assert.Equal(4, Regex.Count(many, "Worst classes of "));
        // A tenth of class 3 is right; all others are right always.
        Assert.Equal(8, Regex.Count(many, "class &lt;3&gt;"));
        Assert.Contains("<td>10.00</td>", many);
        Assert.DoesNotContain("<h2>Classes</h2>", Report(1));
    }

    [Fact]
    public void Page_needs_nothing_from_outside()
    {
        string html = Report(2);

        Assert.DoesNotMatch(@"(?i)(src|href)\s*=|url\(|@import|<script|<link|<img|<iframe", html);
        var addresses = Regex.Matches(html, "https?://[^\"' <]+").Select(m => m.Value).Distinct();
        Assert.Equal(["http://www.w3.org/2000/svg"], addresses);
    }

    [Fact]
    public void Page_has_styles_for_light_dark_and_paper()
    {
        string html = Report(1);
        Assert.Contains("prefers-color-scheme: dark", html, StringComparison.Ordinal);
        Assert.Contains("@media print", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Colours_used_are_colours_defined()
    {
        string html = Report(1);
        var used = Regex.Matches(html, @"var\(--([a-z0-9]+)\)").Select(m => m.Groups[1].Value).ToHashSet();
        var defined = Regex.Matches(html, @"--([a-z0-9]+):").Select(m => m.Groups[1].Value).ToHashSet();
        Assert.Subset(defined, used);
    }

    [Fact]
    public void Names_are_escaped_in_text_tables_and_figures()
    {
        var config = SyntheticRuns.Config("x", "<b>&\"'\u0001", "none", 0.9, 1);
        var run = SyntheticRuns.Run(config with { Name = "<script>alert(1)</script>" }, 0.9, 0.9);
        string html = HtmlReport.Create("a < b & \"c\"", [run]);

        Assert.DoesNotContain("<script", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>", html, StringComparison.Ordinal);
        Assert.Contains("<title>a &lt; b &amp; &quot;c&quot;</title>", html, StringComparison.Ordinal);
        Assert.NotEmpty(Figures(html));
    }

    [Fact]
    public void Several_sparsities_are_a_curve_per_method_with_and_without_merging()
    {
        var figure = Figures(HtmlReport.Create("study", SyntheticRuns.Study(2)))[0];

        Assert.Equal("Test accuracy against sparsity", (string?)figure.Attribute("aria-label"));
        string[] expected = ["dense", "gmp", "gmp + merging", "pdwp", "pdwp + merging", "99", "50"];
        var labels = figure.Descendants().Where(e => e.Name.LocalName == "text").Select(e => e.Value);
        Assert.Subset(labels.ToHashSet(), expected.ToHashSet());
    }

    [Fact]
    public void Bars_tell_each_burden_relative_to_dense()
    {
        var figure = Figures(Report(1))[1];
        var shares = figure.Descendants().Where(e => e.Value.EndsWith(" %", StringComparison.Ordinal));

        Assert.Equal(
            [
                "100 %", "19 %", "19 %", "11 %",
                "100 %", "100 %", "100 %", "100 %",
                "100 %", "100 %", "100 %", "68 %",
            ],
            shares.Select(e => e.Value));
    }

    [Fact]
    public void One_run_without_metrics_or_burden_still_makes_a_report()
    {
        var config = RunConfig.Default;
        var run = new StoredRun
        {
            Config = config,
            Result = SyntheticRuns.Result(config, 0.9, 0) with { Burden = null, Matrices = [] },
        };

        string html = HtmlReport.Create("bare", [run]);

        Assert.Contains(">run", html, StringComparison.Ordinal);
        Assert.DoesNotContain("Neural burden by layer", html, StringComparison.Ordinal);
        Assert.Equal(2, Figures(html).Count);
    }

    [Fact]
    public void Diverged_run_makes_a_report_too()
    {
        var run = SyntheticRuns.First(1)[1];
        var broken = run with
        {
            Result = run.Result with { TestLoss = double.NaN, Burden = double.PositiveInfinity },
            Epochs = [.. run.Epochs.Select(e => e with { TrainLoss = double.NaN })],
        };
        Assert.NotEmpty(Figures(HtmlReport.Create("nan", [broken])));
    }

    [Fact]
    public void Single_seeds_are_said_to_prove_nothing()
    {
        const string Warning = "nothing tells a difference from chance";
        Assert.Contains(Warning, Report(1), StringComparison.Ordinal);
        Assert.DoesNotContain(Warning, Report(2), StringComparison.Ordinal);
    }

    [Fact]
    public void Configuration_shows_what_differs_and_all_of_each_variant()
    {
        string html = Report(2);
        Assert.Contains("<code>pruning.method</code>", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<code>model.dim</code>", html, StringComparison.Ordinal);
        Assert.Equal(4, Regex.Count(html, "<details>"));
        Assert.Contains("  scope: all\n", html, StringComparison.Ordinal);
    }

    private static IReadOnlyList<StoredRun> Judged(int classes) => [.. SyntheticRuns.First().Select(run => run with
    {
        Result = run.Result with
        {
            Classification = ClassificationFigures.Of(
                [.. Enumerable.Range(0, 10 * classes).Select(i => Outcome(i % classes, i / classes))],
                classes,
                [.. Enumerable.Range(0, classes).Select(i => $"class <{i}>")]),
        },
    })];

    private static ImageOutcome Outcome(int label, int turn) =>
        label == 3 && turn > 0 ? new ImageOutcome(3, 1, 1, 0.6f) : new ImageOutcome(label, label, 0, 0.9f);

    private static string Report(int seeds) => HtmlReport.Create("first", SyntheticRuns.First(seeds));

    private static string Element(string html, string name)
    {
        int start = html.IndexOf($"<{name}", StringComparison.Ordinal);
        return html[start..html.IndexOf($"</{name}>", start, StringComparison.Ordinal)];
    }

    private static List<XElement> Figures(string html) =>
        [.. Svg().Matches(html).Select(m => XElement.Load(XmlReader.Create(new StringReader(m.Value))))];

    [GeneratedRegex("<svg.*?</svg>", RegexOptions.Singleline)]
    private static partial Regex Svg();
}
