using NeuralBurden.Vit.Reports;
using Xunit;

namespace NeuralBurden.Tests.Reports;

public class MarkdownTableTests
{
    [Fact]
    public void A_figure_that_there_is_not_is_a_dash_and_a_bar_stays_within_its_cell()
    {
        string table = MarkdownTable.Of(["arm", "KL(twin || pruned)", "alive"], [["a|b", "0.1", null], ["c", null, "24"]], 1);
        Assert.Equal(
            """
            | arm | KL(twin \|\| pruned) | alive |
            | --- | ---: | ---: |
            | a\|b | 0.1 | – |
            | c | – | 24 |

            """.ReplaceLineEndings("\n"),
            table);
    }
}
