using NeuralBurden.Tests.Interchange;
using NeuralBurden.Vit.Formats;
using Xunit;

namespace NeuralBurden.Tests.Formats;

public sealed class CompactFormTests : IDisposable
{
    private const string Weight = CheckpointSamples.Weight;

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void A_pruned_matrix_lies_compact_in_the_file_and_dense_in_memory()
    {
        string path = _folder.File("model");
        var model = CheckpointSamples.ModelFile();
        model.Save(path);

        using (var reader = SafetensorsReader.Open(path))
        {
            Assert.Equal(
                ["head.bias", "kept." + Weight, "mask." + Weight, "shape." + Weight],
                reader.Names);
            Assert.Equal([7], reader.Get("kept." + Weight).Shape);
        }

        var read = Checkpoint.Load(path);
        Assert.Equal(model.Names, read.Names);
        Assert.Equal(model.Floats(Weight, 1, 13).ToArray(), read.Floats(Weight, 1, 13).ToArray());
        Assert.Equal(model.Mask(Weight, 13), read.Mask(Weight, 13));
        Assert.Equal(model.Extra, read.Extra);
        model.Save(path, dense: true);
        Assert.Equal(model.Floats(Weight, 1, 13).ToArray(), Checkpoint.Load(path).Floats(Weight, 1, 13).ToArray());
    }

    [Fact]
    public void Any_matrix_comes_back_and_is_compact_only_where_that_is_smaller()
    {
        string path = _folder.File("model");
        var random = new Random(7);
        for (int turn = 0; turn < 300; turn++)
        {
            int rows = random.Next(1, 9), columns = random.Next(1, 40), count = rows * columns;
            double share = random.NextDouble();
            ulong[] words = new ulong[(count + 63) / 64];
            float[] values = new float[count];
            for (int i = 0; i < count; i++)
            {
                if (random.NextDouble() >= share) continue;
                words[i / 64] |= 1UL << (i % 64);
                values[i] = random.Next(5) == 0 ? 0 : random.NextSingle() - 0.5f;
            }

            var model = new Checkpoint(CheckpointKind.Model, CheckpointSamples.Info());
            model.Add("w", [rows, columns], values);
            model.AddMask("w", count, words);
            model.Save(path);

            var read = Checkpoint.Load(path);
            Assert.Equal(values, read.Floats("w", rows, columns).ToArray());
            Assert.Equal(words, read.Mask("w", count));
            using var reader = SafetensorsReader.Open(path);
            Assert.True(reader.Names.Sum(n => reader.Get(n).ByteLength) <= (4 * count) + ((count + 7) / 8));
            byte[] bytes = File.ReadAllBytes(path);
            read.Save(path);
            Assert.Equal(bytes, File.ReadAllBytes(path));
        }
    }

    [Fact]
    public void State_of_training_has_no_place_in_a_model_file()
    {
        var model = CheckpointSamples.ModelFile();
        model.Add("optim.m." + Weight, [1, 13], new float[13]);

        var error = Assert.Throws<InvalidOperationException>(() => model.Save(_folder.File("model")));

        Assert.Contains("optim.m." + Weight + " has no place in a model file", error.Message);
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
        int[] shape = what switch { "huge" => [1 << 20, 1 << 20], "negative" => [-1, -13], _ => [1, 13] };
        byte[] mask = [0b0101_0101, (byte)(what == "spare bits" ? 0b0101_0101 : 0b0001_0101)];
        float[] kept = new float[what is "short" ? 6 : 7];
        var tensors = new Dictionary<string, NamedTensor>
        {
            ["mask"] = NamedTensor.Of(CheckpointKeys.Mask + Weight, [2], mask),
            ["shape"] = NamedTensor.Of(CheckpointKeys.Shape + Weight, [2], shape),
            ["kept"] = NamedTensor.Of(CheckpointKeys.Kept + Weight, [kept.Length], kept),
        };
        tensors.Remove(what);
        if (what == "dense") tensors.Add(what, NamedTensor.Of(Weight, [1, 13], new float[13]));
        if (what == "moments") tensors.Add(what, NamedTensor.Of("optim.m." + Weight, [1, 13], new float[13]));

        Assert.Contains(expected, CompactRules.FirstBreach(tensors.Values.ToDictionary(t => t.Name))?.Problem);
    }

    [SkippableFact]
    public void The_page_s_reader_in_Python_gives_the_same_weights()
    {
        string? why = PythonPrograms.WhyNoPython();
        Skip.If(why is not null, why);
        string path = _folder.File("model"), script = _folder.File("read.py");
        var model = CheckpointSamples.ModelFile();
        model.Save(path);
        File.WriteAllText(script, PythonPrograms.Snippet() + """

            meta, weights = load(sys.argv[1])
            for name in sorted(weights):
                print(name, *weights[name][1], *weights[name][0])
            """);

        var run = PythonPrograms.Run(PythonPrograms.Python, script, path);

        Assert.True(run.Code == 0, run.Text);
        string dense = string.Join(' ', model.Floats(Weight, 1, 13).ToArray().Select(v => v.ToString("0.0")));
        Assert.Equal($"{Weight} 1 13 {dense}\nhead.bias 2 -1.0 1.0", run.Text.Trim().ReplaceLineEndings("\n"));
    }

    public void Dispose() => _folder.Dispose();
}
