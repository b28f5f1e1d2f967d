using NeuralBurden.Vit.Data;
using NeuralBurden.Vit.Imaging;
using NeuralBurden.Vit.Model;
using NeuralBurden.Vit.Training;
using Xunit;

namespace NeuralBurden.Tests.Training;

/// <summary>Pictures of an 8 x 8 image of four patches, each of one grey: 10, 50 over 90, 200.</summary>
public sealed class MergeSheetTests
{
    // Layout: a margin, panels of 8 pixels magnified to 192 with a gap.
    private const int Margin = 20;
    private const int Scale = 24;
    private const int Panel = 8 * Scale;
    private const int Gap = 4;

    private static readonly VitShape Shape = new(1, 8, 8, 4, 8, 1, 1, 8, 2, ClassToken: true);

    [Fact]
    public void Patches_of_one_token_have_one_frame_and_other_tokens_others()
    {
        var picture = Draw([1, 2, 2, 1]);

        var edges = Edges(picture, panel: 1);
        Assert.Equal(edges[0], edges[3]);
        Assert.Equal(edges[1], edges[2]);
        Assert.NotEqual(edges[0], edges[1]);
        // Greys are no frame.
        Assert.All(edges, c => Assert.False(c.R == c.G && c.G == c.B));
    }

    [Fact]
    public void The_third_panel_shows_the_mean_of_each_tokens_patches()
    {
        var picture = Draw([1, 2, 2, 1]);

        Assert.Equal(
            [(105, 105, 105), (70, 70, 70), (70, 70, 70), (105, 105, 105)], Edges(picture, panel: 2));
        Assert.Equal([(10, 10, 10), (50, 50, 50), (90, 90, 90), (200, 200, 200)], Edges(picture, panel: 0));
    }

    [Fact]
    public void A_patch_alone_keeps_its_look_and_a_dropped_one_is_crossed_out()
    {
        var picture = Draw([1, -1, 2, 3]);

        Assert.Equal((255, 255, 255), Edges(picture, panel: 2)[1]);
        Assert.Equal((200, 200, 200), Edges(picture, panel: 2)[3]);
        // The centre of the dropped patch lies on both strokes of its cross.
        foreach (int panel in (int[])[1, 2])
            Assert.Equal((40, 40, 40), Pixel(picture, Left(panel) + (6 * Scale), Margin + (2 * Scale)));
    }

    [Fact]
    public void Every_image_has_its_row_of_panels()
    {
        int[] source = [1, 2, 3, 4];
        int cell = (3 * Panel) + (2 * Gap);
        var three = MergeSheet.Draw(Set(3), [0, 1, 2], Shape, [source, source, source]);

        Assert.Equal((2 * (cell + Margin)) + Margin, three.Width);
        Assert.Equal((2 * (Panel + Margin)) + Margin, three.Height);
        Assert.Equal(cell + (2 * Margin), Draw(source).Width);
    }

    private static RasterImage Draw(int[] source) => MergeSheet.Draw(Set(1), [0], Shape, [source]);

    private static ImageDataset Set(int images)
    {
        byte[] greys = [10, 50, 90, 200];
        byte[] pixels = [.. Enumerable.Range(0, 64 * images).Select(i => greys[(i / 32 % 2 * 2) + (i / 4 % 2)])];
        return new ImageDataset("greys", 1, 8, 8, ["a", "b"], pixels, new ushort[images]);
    }

    private static int Left(int panel) => Margin + (panel * (Panel + Gap));

    // A pixel on the left edge of each patch, in the middle of the lower half: on its frame, off the lines between centres.
    private static (byte R, byte G, byte B)[] Edges(RasterImage picture, int panel) =>
        [.. Enumerable.Range(0, 4).Select(p => Pixel(
            picture, Left(panel) + (p % 2 * 4 * Scale) + 1, Margin + (p / 2 * 4 * Scale) + (3 * Scale)))];

    private static (byte R, byte G, byte B) Pixel(RasterImage picture, int x, int y)
    {
        int at = ((y * picture.Width) + x) * 3;
        return (picture.Pixels[at], picture.Pixels[at + 1], picture.Pixels[at + 2]);
    }
}
