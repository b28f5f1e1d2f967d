using NeuralBurden.Tests.Style;
using NeuralBurden.Vit.Files;
using NeuralBurden.Vit.Imaging;
using Xunit;

namespace NeuralBurden.Tests.Imaging;

/// <summary>Files that were once read wrongly; the folder under Cases/ says what is right.</summary>
public class ImageCaseTests
{
    public static TheoryData<string> Files(string folder) =>
        [.. Directory.EnumerateFiles(FolderOf(folder)).Select(file => Path.GetFileName(file))];

    [Theory]
    [MemberData(nameof(Files), "refused")]
    public void A_cut_or_damaged_file_is_refused_and_named(string name)
    {
        string path = Path.Combine(FolderOf("refused"), name);
        Assert.Contains(name, Assert.Throws<DataFormatException>(() => ImageReader.Read(path)).Message);
    }

    [Theory]
    [MemberData(nameof(Files), "over-black")]
    public void The_transparent_left_half_is_black(string name)
    {
        var image = ImageReader.Read(Path.Combine(FolderOf("over-black"), name));
        int stride = image.Width * image.Channels;
        for (int y = 0; y < image.Height; y++)
        {
            Assert.True(image.Pixels.AsSpan(y * stride, stride / 2).IndexOfAnyExcept((byte)0) < 0, $"row {y}");
            Assert.True(image.Pixels.AsSpan((y * stride) + (stride / 2), stride / 2).IndexOfAnyExcept((byte)0) >= 0, $"row {y}");
        }
    }

    [Theory]
    [MemberData(nameof(Files), "grey")]
    public void A_grey_image_has_one_channel(string name) =>
        Assert.Equal(1, ImageReader.Read(Path.Combine(FolderOf("grey"), name)).Channels);

    private static string FolderOf(string folder) =>
        Path.Combine(Repository.Root, "NeuralBurden.Tests", "Imaging", "Cases", folder);
}
