using System.Xml.Linq;
using NeuralBurden.Tests.Formats;
using NeuralBurden.Vit.Study;
using NeuralBurden.Vit.Study.Hypotheses;
using NeuralBurden.Vit.Study.Report;
using NeuralBurden.Vit.Study.Storage;
using Xunit;

namespace NeuralBurden.Tests.Study.Report;

public class StudyReportTests
{
    private static readonly StudyData Rich = RichStudy.Create();
    private static readonly string Html = StudyReport.Create(Rich, _ => [1, 2, 3]);

    [Fact]
    public void The_five_questions_come_first_each_with_figure_length_and_detectable_effect()
    {
        string[] questions =
        [
            "Does burden exist, when, and how much?", "Does compression relieve load?", "Does compression recover accuracy?",
            "Is matching similar tokens what does it?", "Which methods, and does the remedy as a whole help?",
        ];
        int[] places = [.. questions.Select(q => Html.IndexOf(q, StringComparison.Ordinal))];

        Assert.All(places, p => Assert.True(p > 0));
        Assert.Equal(places.Order(), places);
        Assert.True(places[^1] < Html.IndexOf("<h2>", StringComparison.Ordinal));
        foreach (string answer in Html.Split("<div class=\"answer ")[1..])
        {
            string text = answer[..answer.IndexOf("</div>", StringComparison.Ordinal)];
            Assert.Matches("confirmatory", text);
            Assert.Matches("after 100 epochs at 98 %", text);
            Assert.Matches(@"\[.*\]", text);
            Assert.Matches("Detectable: |would have been found", text);
        }
    }

    [Theory]
    [InlineData("T1", "Yes.")]
    [InlineData("T4b", "Open.")]
    public void An_answer_is_the_verdict_of_its_hypothesis(string id, string word)
    {
        string[] order = ["T1", "T4a", "T5", "T4b", "T0"];

        string answer = Html.Split("<p class=\"headline\">")[1 + Array.IndexOf(order, id)];

        Assert.StartsWith($"<b>{word}</b>", answer, StringComparison.Ordinal);
    }

    [Fact]
    public void It_stands_alone_and_its_figures_are_well_formed()
    {
        string own = Html.Replace("http://www.w3.org/2000/svg", "", StringComparison.Ordinal);

        Assert.DoesNotContain("http", own, StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", Html, StringComparison.Ordinal);
        Assert.DoesNotContain("\u221e", Html, StringComparison.Ordinal);
        string[] figures = [.. Html.Split("<svg")[1..]
            .Select(f => $"<svg{f[..(f.IndexOf("</svg>", StringComparison.Ordinal) + 6)]}")];
        Assert.True(figures.Length > 12, $"{figures.Length} figures");
        Assert.All(figures, f => XElement.Parse(f));
    }

    [Fact]
    public void Nulls_are_drawn_in_over_length_and_over_sparsity()
    {
        foreach (string heading in (string[])["Over training length", "Over sparsity"])
        {
            string section = Html[Html.IndexOf($"<h2>{heading}</h2>", StringComparison.Ordinal)..];
            section = section[..section.IndexOf("</section>", StringComparison.Ordinal)];
            string[] nulls = ["selection alone (pdwp&#39;s shot) (null", "random fixed mask (null, dashed)", "small dense"];
            foreach (string part in nulls)
                Assert.Contains(part, section, StringComparison.Ordinal);
            Assert.Contains("line s5 merged", section, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Every_hypothesis_is_told_with_its_kind()
    {
        string table = Html[Html.IndexOf("<h2>T0 to T8</h2>", StringComparison.Ordinal)..];
        table = table[..table.IndexOf("</section>", StringComparison.Ordinal)];

        Assert.All(StudyHypotheses.All, h => Assert.Contains($"<td>{h.Id}</td>", table, StringComparison.Ordinal));
        Assert.Equal(6, table.Split("badge confirmatory").Length - 1);
        Assert.Contains("Holm: ", table, StringComparison.Ordinal);
        Assert.Contains(Rich.Plan!.Hash, Html, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_plan_everything_is_exploratory_and_said_to_be()
    {
        string html = StudyReport.Create(Rich with { Plan = null }, _ => null);

        Assert.DoesNotContain("badge confirmatory", html, StringComparison.Ordinal);
        Assert.Contains("There was no plan before the runs", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_and_failed_runs_are_named()
    {
        string html = StudyReport.Create(
            Rich with { Planned = Rich.Runs.Count + 2, Failures = ["gmp-1234: loss is not finite"] }, _ => null);

        Assert.Contains($"2 of {Rich.Planned + 2} runs of the study are missing", html, StringComparison.Ordinal);
        Assert.Contains("loss is not finite", html, StringComparison.Ordinal);
    }

    [Fact]
    public void A_kind_is_shown_by_the_sparsest_of_its_pictures_that_are_still_there()
    {
        var data = new SyntheticStudy(1, 2)
            .Add("pdwp", 0.98, 0.95, SyntheticStudy.Loads(0.1))
            .Add("pdwp", 0.98, 0.95, SyntheticStudy.Loads(0.1), SyntheticStudy.SinglePass)
            .Add("pdwp", 0.8, 0.95, SyntheticStudy.Loads(0.1), SyntheticStudy.SinglePass).Data();
        data = data with
        {
            Runs = [.. data.Runs.Select(r => r with { Picture = r.Merges ? $"{r.Sparsity}-{r.Seed}.png" : null })],
        };

        foreach (string there in (string[])["0.98-1.png", "0.98-2.png", "0.8-2.png"])
        {
            string html = StudyReport.Create(data, name => name == there ? [1, 2, 3] : null);
            Assert.Equal(2, html.Split("src=\"data:image/png;base64,").Length);
        }

        Assert.Contains("<b>pdwp 98 %", StudyReport.Create(data, _ => [1, 2, 3]), StringComparison.Ordinal);
        Assert.DoesNotContain("data:image/png", StudyReport.Create(data, _ => null), StringComparison.Ordinal);
    }

    [Fact]
    public void A_study_of_nothing_finished_says_so() =>
        Assert.Contains(
            "No pruned run is finished", StudyReport.Create(Rich with { Runs = [] }, _ => null), StringComparison.Ordinal);

    [Fact]
    public void Small_studies_have_reports_too()
    {
        foreach (var data in (StudyData[])[
            new SyntheticStudy(1).Add("pdwp", 0.98, 0.95).Data(),
            new SyntheticStudy(1, 2).Add("gmp", 0.9, 0.95, SyntheticStudy.Loads(0.1)).Add("dense", 0, 0.96).Data(),
            new SyntheticStudy(1, 2, 3).Add("dense", 0, 0.97).Data()])
        {
            string html = StudyReport.Create(data, _ => null);
            Assert.EndsWith("</html>\n", html, StringComparison.Ordinal);
            Assert.DoesNotContain("NaN", html, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Names_from_a_file_cannot_write_markup()
    {
        var data = new SyntheticStudy(1, 2, 3).Add("<script>", 0.98, 0.95, SyntheticStudy.Loads(0.3)).Data();

        string html = StudyReport.Create(data with { Name = "<b>x" }, _ => null);

        Assert.DoesNotContain("<script>", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>x", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Stored_data_give_the_same_report_and_the_same_verdicts_to_the_byte()
    {
        using var root = new TemporaryFolder();
        var folder = new StudyFolder(root.Path);
        folder.Write(Rich);

        var read = folder.Read();

        Assert.Equal(StudyReport.Create(Rich, _ => null), StudyReport.Create(read, _ => null));
        Assert.Equal(VerdictTable.Of(Rich), VerdictTable.Of(read));
        byte[] first = File.ReadAllBytes(Path.Combine(root.Path, StudyFolder.DataFile));
        folder.Write(read);
        Assert.Equal(first, File.ReadAllBytes(Path.Combine(root.Path, StudyFolder.DataFile)));
    }

    [Fact]
    public void Verdicts_have_a_row_a_hypothesis_and_place()
    {
        string[] lines = VerdictTable.Of(Rich).TrimEnd('\n').Split('\n');

        Assert.Equal(1 + StudyHypotheses.All.Count + StudyHypotheses.Elsewhere(Rich).Count, lines.Length);
        Assert.All(lines, line => Assert.Equal(lines[0].Count(c => c == ','), line.Count(c => c == ',')));
        Assert.StartsWith("T1,pdwp,0.98,100,tokens.layer=3 tokens.merge=single-pass tokens.r=25%,true,supported,0.37", lines[2]);
    }
}
