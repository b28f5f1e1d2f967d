using System.Text;
using NeuralBurden.Cli.Config;
using NeuralBurden.Cli.Output;
using NeuralBurden.Pruning.Catalog;
using NeuralBurden.Pruning.Errors;
using NeuralBurden.Tests.Data;
using NeuralBurden.Tests.Imaging;
using NeuralBurden.Tests.Runs;
using NeuralBurden.Tests.Study;
using NeuralBurden.Tests.Style;
using NeuralBurden.Vit.ConfigTable;
using NeuralBurden.Vit.Data;
using NeuralBurden.Vit.Files;
using NeuralBurden.Vit.Formats;
using NeuralBurden.Vit.Imaging;
using NeuralBurden.Vit.Model;
using NeuralBurden.Vit.Runs;
using NeuralBurden.Vit.Settings;
using NeuralBurden.Vit.Study;
using NeuralBurden.Vit.Training;
using Xunit;
using Xunit.Abstractions;

namespace NeuralBurden.Tests.Reliability;

/// <summary>
/// Every reader of what a user can hand to the program, given damaged, spliced and made-up input, 20,000 of it with
/// NB_LONG=1: each accepts it or throws an exception of the program's own that names the file. The seed is printed.
/// </summary>
public sealed class ReaderFuzzTests(ITestOutputHelper output) : IDisposable
{
    private static readonly int Inputs = Environment.GetEnvironmentVariable("NB_LONG") == "1" ? 20_000 : 2_000;

    // What parsers trip over: brackets and quotes that do not close, numbers at the edges, nothing where something is due.
    private static readonly byte[][] Tokens =
    [
        .. new[]
        {
            "[", "]", "{", "}", "'", "\"", ":", "- ", "&a", "*a", "!!int", "|", ">", "?", "#", "%", "@", "`", "~",
            "null", "[null]", "NaN", "-0", "1e999", "9223372036854775808", "4294967296", "-1", "0x",
            "\\u0000", "\\ud800", "\0", "\t", "\r\n",
            "\n...\n", "\n---\n", "\ufeff", "true", "''", "\"\"", "<<: *a", "1__0", "1_",
            ",", ",,", "\u202e", "\x1b[31m", "$", "\n  ", "50%", "5ep",
        }.Select(Encoding.UTF8.GetBytes),
        [0xff], [0xc3], [0x80, 2], [0, 0, 0, 0], [0xff, 0xff, 0xff, 0xff], [0x1f, 0x8b],
    ];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Whatever_is_read_is_accepted_or_refused_in_the_program_s_own_words()
    {
        int seed = Environment.TickCount & int.MaxValue, refused = 0;
        var random = new Random(seed);
        var readers = Readers();
        var counts = readers.ToDictionary(r => r.Name, _ => 0);
        for (int i = 0; i < Inputs; i++)
        {
            var (name, samples, read) = readers[i % readers.Count];
            byte[] input = Damage(samples[random.Next(samples.Length)], random);
            string path = _folder.Write("input" + name, input);
            try
            {
                read(path);
            }
            catch (Exception e) when (IsOwn(e))
            {
                refused++;
                counts[name]++;
                Assert.True(
                    e.Message.Contains(path, StringComparison.Ordinal),
                    $"seed {seed}, input {i} ({name}): the message names no file: {e.Message}");
            }
            catch (Exception e)
            {
                string hex = Convert.ToHexString(input[..Math.Min(input.Length, 4096)]);
                Assert.Fail($"seed {seed}, input {i} ({name}): {e}\n{hex}");
            }
        }

        string each = string.Join(", ", counts.Select(c => $"{c.Key} {c.Value}"));
        output.WriteLine($"seed {seed}: {Inputs} inputs, {refused} refused ({each})");
        Assert.InRange(refused, Inputs / 4, Inputs);
    }

    [Fact]
    public void Any_text_is_a_value_of_a_key_or_refused_with_the_key()
    {
        var random = new Random(20261127);
        for (int i = 0; i < Inputs; i++)
        {
            var field = ConfigFields.All[random.Next(ConfigFields.All.Length)];
            string text = Encoding.UTF8.GetString(Damage(Encoding.UTF8.GetBytes(field.Get(RunConfig.Default)), random));
            try
            {
                Assert.DoesNotContain(field.Get(field.Set(RunConfig.Default, text)), char.IsControl);
            }
            catch (SettingException e)
            {
                Assert.Equal(field.Key, e.Key);
            }
        }
    }

    private static bool IsOwn(Exception e) => e is UserException or SettingException or MalformedFileException
        or DataFormatException or DataNotFoundException or InvalidDataException || e.GetType() == typeof(IOException);

    private List<(string Name, byte[][] Samples, Action<string> Read)> Readers()
    {
        var glyphs = DatasetCatalog.Load("glyphs", new DataOptions { TrainCount = 12, TestCount = 4 });
        PackedDataset.Write(_folder["s.nbset"], glyphs, "none", "none");
        Formats.CheckpointSamples.TrainingFile(score: 0.5).Save(_folder["c.safetensors"]);
        var run = SyntheticRuns.Run(SyntheticRuns.Config("gmp", "gmp", "none", 0.9, 1), 0.9, 0.9);
        var stored = RunFolder.Open(_folder["runs"], run.Config);
        stored.WriteResult(run.Result with { Content = ContentFingerprint.Of(glyphs) });
        stored.Metrics.Write(run.Epochs);
        stored.Burden.Write(run.Burden.Take(4));
        using var study = new MemoryStream();
        StudyLines.Write(study, new SyntheticStudy(1, 2).Add("dense", 0, 0.9).Add("pdwp", 0.8, 0.85).Data());
        byte[] images = DataFiles.IdxImages(3), labels = DataFiles.IdxLabels([1, 2, 3]), cifar = DataFiles.Cifar(2);
        string configs = Path.Combine(Repository.Root, "configs");
        return
        [
            (".yaml", [.. Directory.GetFiles(configs, "*.yaml").Select(File.ReadAllBytes)], Config),
            (".config.yaml", [Encoding.UTF8.GetBytes(ConfigText.ToYaml(run.Config))], Config),
            (".safetensors", [File.ReadAllBytes(_folder["c.safetensors"])], path => Checkpoint.Load(path)),
            (".nbset", [File.ReadAllBytes(_folder["s.nbset"]), PackedSamples.Version1], PackedDataset.Verify),
            (".images", [images, DataFiles.Gzip(images)], path => IdxReader.ReadImages(path, 28, 28)),
            (".labels", [labels, DataFiles.Gzip(labels)], path => IdxReader.ReadLabels(path, 10)),
            (".bin", [cifar, DataFiles.Gzip(cifar)], path => CifarReader.ReadFiles([path], CifarFormat.Cifar10, 2)),
            (".tar", [DataFiles.Tar(("c/a.bin", cifar), ("c/t.bin", cifar))],
                path => CifarReader.ReadArchive(path, ["c/a.bin"], 2, ["c/t.bin"], 2, CifarFormat.Cifar10)),
            (".json", [File.ReadAllBytes(stored.ResultPath)], path => StoredRun.ReadResult(path)),
            (".jsonl", [File.ReadAllBytes(Path.Combine(stored.Path, RunFolder.BurdenFile))], path => BurdenRecords.Read(path)),
            (".init.safetensors", [File.ReadAllBytes(_folder["c.safetensors"])], Initial),
            (".png", [.. ImageFiles.All.Values], path => ImageReader.Read(path)),
            (".study.json", [study.ToArray()], path => StudyLines.Read(path)),
            (".content", [Encoding.UTF8.GetBytes(ContentFingerprint.Of(glyphs).ToString())], Content),
        ];

        static void Initial(string path) => PretrainedWeights.Check(
            new ModelConfig { InitFrom = path }, VitShape.Of(new ModelConfig(), 1, 28, 28, 10));

        static void Content(string path)
        {
            try
            {
                _ = ContentFingerprint.Parse(File.ReadAllText(path)).Digest;
            }
            catch (FormatException e)
            {
                throw new InvalidDataException($"{path}: {e.Message}", e);
            }
        }

        static void Config(string path)
        {
            var file = ConfigFile.Load(path);
            var engine = new RunEngine(MethodCatalog.BuiltIn);
            if (file.Variants.Count > 0 || file.Grid.Count > 0)
            {
                ConfigExpansion.Sweep(file, ConfigOverrides.None, engine.Resolve);
                return;
            }

            var config = ConfigExpansion.Single(file, ConfigOverrides.None, engine.Resolve);
            var again = ConfigExpansion.Single(ConfigFile.Parse("again", ConfigText.ToYaml(config)), ConfigOverrides.None);
            Assert.Equal(ConfigText.RunId(config), ConfigText.RunId(again));
        }
    }

    private static byte[] Damage(byte[] original, Random random)
    {
        var bytes = new List<byte>(original);
        for (int n = random.Next(1, 5); n > 0; n--)
        {
            int at = random.Next(bytes.Count + 1);
            switch (random.Next(6))
            {
                case 0 when at < bytes.Count:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    bytes.RemoveRange(at, Math.Min(random.Next(1, 40), bytes.Count - at));
                    break;
                case 2:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
                case 3:
                    bytes.InsertRange(at, bytes.Skip(random.Next(bytes.Count + 1)).Take(random.Next(1, 60)).ToArray());
                    break;
                case 4 when at < bytes.Count:
                    bytes[at] = (byte)random.Next(256);
                    break;
                default:
                    bytes.InsertRange(at, Tokens[random.Next(Tokens.Length)]);
                    break;
            }
        }

        return [.. bytes];
    }
}
