using NeuralBurden.Vit.Formats;
using NeuralBurden.Vit.Model;
using Xunit;
using static NeuralBurden.Tests.Formats.CheckpointSamples;

namespace NeuralBurden.Tests.Formats;

public sealed class CheckpointTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Training_checkpoint_comes_back_in_full()
    {
        TrainingFile(score: 0.1).Save(Written);

        Checkpoint read = Checkpoint.Load(Written);

        Assert.Equal(CheckpointKind.Training, read.Kind);
        Assert.Equal(Info(score: 0.1), read.Info);
        Assert.Equal(Info(score: 0.1), Checkpoint.LoadInfo(Written));
        Assert.Equal(TrainingFile().Names, read.Names);
        Assert.Equal(TrainingFile().Floats(Weight, 1, 13), read.Floats(Weight, 1, 13));
        Assert.Equal([17L], read.Values<long>("pruner.updates", 1).ToArray());
        Assert.Equal(MaskWords, read.Mask(Weight, 13));
        Assert.Equal("ü", read.Extra["note"]);
        Assert.Single(read.Extra);
    }

    [Fact]
    public void Save_load_save_is_byte_identical()
    {
        foreach (Checkpoint checkpoint in new[] { TrainingFile(score: 1 / 3.0), ModelFile() })
        {
            checkpoint.Save(Written);
            byte[] first = File.ReadAllBytes(Written);

            Checkpoint.Load(Written).Save(Written);

            Assert.Equal(first, File.ReadAllBytes(Written));
        }
    }

    [Fact]
    public void Model_file_says_all_that_evaluation_needs()
    {
        ModelFile().Save(Written);

        ModelCard card = ModelCard.Read(Checkpoint.Load(Written));

        Assert.Equal(Card.Mean, card.Mean);
        Assert.Equal(Card.Std, card.Std);
        Assert.Equal(Card with { Mean = card.Mean, Std = card.Std }, card);
    }

    [Theory]
    [InlineData("model.depth", "-1")]
    [InlineData("model.depth", "4.0")]
    [InlineData("model.dim", "99999999999")]
    [InlineData("model.heads", "0")]
    [InlineData("model.heads", "7")]
    [InlineData("model.patch_size", "5")]
    [InlineData("model.mean", "0,0")]
    [InlineData("model.mean", "0,0,NaN")]
    [InlineData("model.std", "1,1,0")]
    [InlineData("model.std", "")]
    public void Illegal_model_description_is_refused_and_the_key_named(string key, string value)
    {
        Checkpoint model = ModelFile();
        model.SetExtra(key, value);
        model.Save(Written);

        var error = Assert.Throws<CheckpointFormatException>(() => ModelCard.Read(Checkpoint.Load(Written)));

        Assert.Equal("__metadata__." + key, error.Field);
        Assert.Equal(Written, error.File);
    }

    [Fact]
    public void Every_flipped_bit_is_noticed_or_changes_nothing()
    {
        TrainingFile().Save(Written);
        byte[] file = File.ReadAllBytes(Written);
        int refused = 0;
        for (int i = 0; i < file.Length; i++)
        {
            byte[] altered = [.. file];
            altered[i] ^= (byte)(1 << (i % 8));
            string path = _folder.File("altered", altered);
            try
            {
                Checkpoint.Load(path).Save(path);
                Assert.Equal(file, File.ReadAllBytes(path));
            }
            catch (CheckpointFormatException)
            {
                refused++;
            }
        }
        // Only the header's padding can change without changing the content.
        Assert.True(refused >= file.Length - 8, $"{refused} of {file.Length}");
    }

    [Fact]
    public void Flipped_bit_in_a_weight_names_the_tensor()
    {
        TrainingFile().Save(Written);
        using (SafetensorsReader reader = SafetensorsReader.Open(Written))
            FlipByteAt(reader.Get(Weight).Offset);

        var error = Assert.Throws<CheckpointFormatException>(() => Checkpoint.Load(Written));

        Assert.Equal("__metadata__.nb.crc32c." + Weight, error.Field);
    }

    [Fact]
    public void Foreign_weights_load_without_information_and_with_halves_widened()
    {
        SafetensorsWriter.Write(
            Written,
            [NamedTensor.Of("cls_token", [1, 1, 2], new[] { (Half)0.5f, (Half)(-2f) })],
            new Dictionary<string, string> { ["format"] = "pt" });

        Checkpoint read = Checkpoint.Load(Written);

        Assert.Equal(CheckpointKind.Foreign, read.Kind);
        Assert.Equal([0.5f, -2f], read.Floats("cls_token", 1, 1, 2).ToArray());
    }

    [Fact]
    public void Weights_that_are_not_finite_are_refused_unless_allowed()
    {
        var checkpoint = new Checkpoint(CheckpointKind.Training, Info());
        checkpoint.Add("w", [2], new[] { 0f, float.NaN });
        checkpoint.Save(Written);

        Assert.Equal("w", Assert.Throws<CheckpointFormatException>(() => Checkpoint.Load(Written)).Field);
        Assert.True(float.IsNaN(Checkpoint.Load(Written, allowNonFinite: true).Floats("w", 2)[1]));
    }

    [Fact]
    public void Tensors_that_contradict_each_other_are_neither_written_nor_read()
    {
        AssertContradiction("mask.w", NamedTensor.Of("mask.w", [1], new byte[1]));
        AssertContradiction("mask.w", NamedTensor.Of("mask.w", [2], new byte[2]), Floats("w", 5));
        AssertContradiction("mask.w", NamedTensor.Of("mask.w", [1], new byte[] { 0b100000 }), Floats("w", 5));
        AssertContradiction("mask.w", NamedTensor.Of("mask.w", [1], new float[1]), Floats("w", 5));
        AssertContradiction("ema.w", Floats("ema.w", 4), Floats("w", 5));
        AssertContradiction("persistent.w", Floats("persistent.w", 5));
    }

    [Fact]
    public void Model_whose_removed_weight_is_not_zero_is_not_written()
    {
        var model = new Checkpoint(CheckpointKind.Model, Info());
        model.Add(Floats("w", 5));
        model.AddMask("w", 5, [0b01111]);

        var error = Assert.Throws<InvalidOperationException>(() => model.Save(Written));

        Assert.Contains("mask.w removes weight 4", error.Message);
        Assert.False(File.Exists(Written));
    }

    [Fact]
    public void Exact_requirement_names_what_is_missing_left_over_or_misshapen()
    {
        TrainingFile().Save(Written);
        Checkpoint read = Checkpoint.Load(Written);
        (string, int[])[] right = [(Weight, [1, 13]), ("head.bias", [2])];

        read.RequireExactly("", right);
        read.RequireExactly(CheckpointKeys.Mask, [("mask." + Weight, [2])]);

        Assert.Equal("head.bias", Refused(() => read.RequireExactly("", right[..1])));
        Assert.Equal("x", Refused(() => read.RequireExactly("", [.. right, ("x", [1])])));
        Assert.Equal(Weight, Refused(() => read.RequireExactly("", [(Weight, [13]), right[1]])));
        Assert.Equal(Weight, Refused(() => read.Floats(Weight, 13)));
        Assert.Equal("mask." + Weight, Refused(() => read.Mask(Weight, 17)));
    }

    [Fact]
    public void Newer_format_is_refused_with_both_versions()
    {
        SafetensorsWriter.Write(Written, [], new Dictionary<string, string> { ["nb.version"] = "3" });

        var error = Assert.Throws<CheckpointFormatException>(() => Checkpoint.Load(Written));

        Assert.Equal("__metadata__.nb.version", error.Field);
        Assert.Contains("'3'", error.Message);
    }

    [Fact]
    public void Names_are_taken_once_and_the_formats_own_keys_never()
    {
        Checkpoint checkpoint = TrainingFile();
        Assert.Throws<ArgumentException>(() => checkpoint.Add("head.bias", [1], new float[1]));
        Assert.Throws<ArgumentException>(() => checkpoint.SetExtra("nb.step", "1"));
        Assert.Throws<ArgumentException>(() => checkpoint.AddMask("head.bias", 2, [0b100]));
    }

    private string Written => _folder.File("written.safetensors");

    private void FlipByteAt(long offset)
    {
        byte[] file = File.ReadAllBytes(Written);
        file[offset] ^= 1;
        File.WriteAllBytes(Written, file);
    }

    private static NamedTensor Floats(string name, int count) =>
        NamedTensor.Of(name, [count], Enumerable.Repeat(1f, count).ToArray());

    private void AssertContradiction(string field, params NamedTensor[] tensors)
    {
        var checkpoint = new Checkpoint(CheckpointKind.Model, Info());
        foreach (NamedTensor tensor in tensors)
            checkpoint.Add(tensor);
        var error = Assert.Throws<InvalidOperationException>(() => checkpoint.Save(Written));
        Assert.Contains(field, error.Message);

        SafetensorsWriter.Write(Written, tensors);
        Assert.Equal(field, Refused(() => Checkpoint.Load(Written)));
    }

    private static string Refused(Action read) => Assert.Throws<CheckpointFormatException>(read).Field;
}
