using NeuralBurden.Compute.Devices.Ilgpu;
using NeuralBurden.Tests.Formats;
using Xunit;

namespace NeuralBurden.Tests.Ilgpu;

/// <summary>Why a driver's library cannot be used: it is not there, or the loader's own words.</summary>
[Trait("Category", "Ilgpu")]
public sealed class DriverLibraryTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_library_that_is_nowhere_is_not_on_this_machine()
    {
        string? refusal = NativeLibraries.Refusal("libnowhere.so.1");
        Assert.NotNull(refusal);
        if (OperatingSystem.IsLinux()) Assert.Equal("not on this machine", refusal);
    }

    [SkippableTheory]
    [InlineData(new byte[0], "file too short")]
    [InlineData(new byte[] { 1, 2, 3 }, "file too short")]
    public void A_file_that_is_no_library_is_refused_in_the_loaders_words(byte[] content, string words)
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "other systems' loaders speak otherwise");
        string? refusal = NativeLibraries.Refusal(_folder.File("libcuda.so.1", content));
        Assert.Contains(words, refusal, StringComparison.Ordinal);
        Assert.Contains("on this machine, but does not load", refusal, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void A_library_whose_file_has_other_content_is_refused_in_the_loaders_words()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "other systems' loaders speak otherwise");
        string? refusal = NativeLibraries.Refusal(_folder.File("libOpenCL.so.1", new byte[4096]));
        Assert.Contains("invalid ELF header", refusal, StringComparison.Ordinal);
    }
}
