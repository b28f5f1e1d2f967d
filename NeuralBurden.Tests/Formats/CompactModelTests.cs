using NeuralBurden.Vit.Formats;
using Xunit;

namespace NeuralBurden.Tests.Formats;

public sealed class CompactModelTests : IDisposable
{
    private const string Weight = CheckpointSamples.Weight;

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Expanding_gives_the_effective_weights_back()
    {
        string path = _folder.File("compact");
        var model = CheckpointSamples.ModelFile();
        CompactModel.Compress(model).Save(path);

        var read = Checkpoint.Load(path);
        Assert.Equal(CheckpointKind.Compact, read.Kind);
        Assert.False(read.Contains(Weight));
        var expanded = CompactModel.Expand(read);
        Assert.Equal(model.Floats(Weight, 1, 13).ToArray(), expanded.Floats(Weight, 1, 13).ToArray());
        Assert.Equal(model.Mask(Weight, 13), expanded.Mask(Weight, 13));
        Assert.Equal(model.Extra, expanded.Extra);
        Assert.False(expanded.Contains(CheckpointKeys.Persistent + Weight));
        expanded.Save(_folder.File("expanded"));
    }

    [Fact]
    public void What_is_no_pruned_model_is_refused()
    {
        Assert.Contains(
            "expected model",
            Assert.Throws<CheckpointFormatException>(() => CompactModel.Compress(CheckpointSamples.TrainingFile())).Message);
        var dense = new Checkpoint(CheckpointKind.Model, CheckpointSamples.Info());
        dense.Add(Weight, [1, 2], new float[2]);
        Assert.Contains(
            "nothing to make smaller",
            Assert.Throws<CheckpointFormatException>(() => CompactModel.Compress(dense)).Message);
    }

    [Theory]
    [InlineData("mask", "needs mask.")]
    [InlineData("shape", "needs shape.")]
    [InlineData("kept", "without kept weights")]
    [InlineData("short", "its mask keeps")]
    [InlineData("spare bits", "behind the last")]
    [InlineData("huge", "below 2 GiB")]
    [InlineData("negative", "expected extents from 1")]
    [InlineData("dense", "beside a dense")]
    [InlineData("moments", "no place")]
    public void Contradictions_are_refused_by_name(string what, string expected)
    {
        string path = _folder.File("compact");
        var compact = new Checkpoint(CheckpointKind.Compact, CheckpointSamples.Info());
        int[] shape = what switch { "huge" => [1 << 20, 1 << 20], "negative" => [-1, -13], _ => [1, 13] };
        byte[] mask = [0b0101_0101, (byte)(what == "spare bits" ? 0b0101_0101 : 0b0001_0101)];
        float[] kept = new float[what is "short" ? 6 : 7];
        if (what != "mask") compact.Add(NamedTensor.Of(CheckpointKeys.Mask + Weight, [2], mask));
        if (what != "shape") compact.Add(NamedTensor.Of(CheckpointKeys.Shape + Weight, [2], shape));
        if (what != "kept") compact.Add(CheckpointKeys.Kept + Weight, [kept.Length], kept);
        if (what == "dense") compact.Add(Weight, [1, 13], new float[13]);
        if (what == "moments") compact.Add("optim.m." + Weight, [1, 13], new float[13]);

        // Writer and reader apply the same rules.
        Assert.Contains(expected, Assert.Throws<InvalidOperationException>(() => compact.Save(path)).Message);
    }

    public void Dispose() => _folder.Dispose();
}
