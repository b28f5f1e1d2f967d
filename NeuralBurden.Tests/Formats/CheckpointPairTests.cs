using NeuralBurden.Vit.Formats;
using Xunit;
using static NeuralBurden.Tests.Formats.CheckpointSamples;

namespace NeuralBurden.Tests.Formats;

/// <summary>A model and the state of its training, two files of one checkpoint.</summary>
public sealed class CheckpointPairTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Model => _folder.File("m.safetensors");

    private string State => _folder.File("m.state.safetensors");

    [Fact]
    public void Both_together_are_the_training_checkpoint_and_the_model_alone_is_a_model()
    {
        CheckpointPair.Save(ModelFile(score: 0.5), TrainingFile(score: 0.5), Model);

        var read = CheckpointPair.Load(Model);
        Assert.Equal(CheckpointKind.Training, read.Kind);
        Assert.Equal(Info(score: 0.5), read.Info);
        Assert.Equal(Info(score: 0.5), CheckpointPair.LoadInfo(Model));
        Assert.Equal(TrainingFile().Names, read.Names);
        Assert.Equal(TrainingFile().Floats(Weight, 1, 13), read.Floats(Weight, 1, 13));
        Assert.Equal(MaskWords, read.Mask(Weight, 13));
        Assert.Equal("ü", read.Extra["note"]);
        Assert.Equal(ModelFile().Floats(Weight, 1, 13), Checkpoint.Load(Model).Floats(Weight, 1, 13));
        Assert.Equal((State, Model), (CheckpointPair.StateOf(Model), CheckpointPair.ModelOf(State)));
        Assert.Null(CheckpointPair.ModelOf(Model));
    }

    [Fact]
    public void Any_stored_weights_come_back_to_the_bit_and_no_value_is_in_both_files()
    {
        var random = new Random(3);
        for (int turn = 0; turn < 400; turn++)
        {
            int count = random.Next(1, 200);
            bool zeroed = random.Next(3) == 0, thresholded = random.Next(3) == 0;
            var (stored, effective) = (new float[count], new float[count]);
            ulong[] words = new ulong[(count + 63) / 64];
            int removed = 0;
            for (int i = 0; i < count; i++)
            {
                bool kept = random.Next(2) == 0;
                if (kept) words[i / 64] |= 1UL << (i % 64);
                removed += kept ? 0 : 1;
                stored[i] = !kept && zeroed ? 0 : random.Next(9) == 0 ? -0f : random.NextSingle() - 0.5f;
                effective[i] = !kept ? 0 : thresholded ? stored[i] / 2 : stored[i];
            }

            var (model, training) = (Of(CheckpointKind.Model, effective), Of(CheckpointKind.Training, stored));
            foreach (var half in (Checkpoint[])[model, training]) half.AddMask("w", count, words);
            CheckpointPair.Save(model, training, Model);

            Assert.Equal(Bits(stored), Bits(CheckpointPair.Load(Model).Floats("w", count)));
            Assert.Equal(effective, Checkpoint.Load(Model).Floats("w", count).ToArray());
            using var reader = SafetensorsReader.Open(State);
            if (!thresholded)
                Assert.InRange(reader.Names.Sum(n => reader.Get(n).ElementCount), 0, zeroed ? 0 : removed);
        }

        static Checkpoint Of(CheckpointKind kind, float[] values)
        {
            var checkpoint = new Checkpoint(kind, Info());
            checkpoint.Add("w", [values.Length], values);
            return checkpoint;
        }

        static int[] Bits(ReadOnlySpan<float> values) =>
            System.Runtime.InteropServices.MemoryMarshal.Cast<float, int>(values).ToArray();
    }

    [Fact]
    public void Halves_of_two_checkpoints_are_refused_and_both_named()
    {
        CheckpointPair.Save(ModelFile(1), TrainingFile(1), Model);
        byte[] model = File.ReadAllBytes(Model);
        CheckpointPair.Save(ModelFile(2), TrainingFile(2), Model);
        File.WriteAllBytes(Model, model);

        foreach (var read in (Action[])[() => CheckpointPair.Load(Model), () => CheckpointPair.LoadInfo(Model)])
        {
            var error = Assert.Throws<CheckpointFormatException>(read);
            Assert.Equal(State, error.File);
            Assert.Contains($"of step 2; {Model} is ", error.Message);
            Assert.Contains("they are not of one checkpoint", error.Message);
        }
    }

    [Fact]
    public void Another_model_of_the_same_step_is_refused_too()
    {
        CheckpointPair.Save(ModelFile(), TrainingFile(), Model);
        var other = new Checkpoint(CheckpointKind.Model, Info());
        other.Add(Weight, [1, 13], new float[13]);
        other.Save(Model);

        Assert.Contains(
            "not of one checkpoint", Assert.Throws<CheckpointFormatException>(() => CheckpointPair.Load(Model)).Message);
    }

    [Fact]
    public void A_missing_state_is_named_and_so_is_what_is_no_state()
    {
        ModelFile().Save(Model);
        var error = Assert.Throws<CheckpointFormatException>(() => CheckpointPair.Load(Model));
        Assert.Equal((State, "file"), (error.File, error.Field));
        ModelFile().Save(State);
        Assert.Contains(
            "is model; expected state", Assert.Throws<CheckpointFormatException>(() => CheckpointPair.Load(Model)).Message);
    }

    public void Dispose() => _folder.Dispose();
}
