using System.Text;
using NeuralBurden.Cli;
using NeuralBurden.Cli.Output;
using NeuralBurden.Pruning.Catalog;
using NeuralBurden.Pruning.Errors;
using NeuralBurden.Tests.Data;
using NeuralBurden.Vit.ConfigTable;
using NeuralBurden.Vit.Data;
using NeuralBurden.Vit.Formats;
using NeuralBurden.Vit.Runs;
using NeuralBurden.Vit.Settings;
using NeuralBurden.Vit.Training;
using Xunit;

namespace NeuralBurden.Tests.Runs;

/// <summary>What a run was computed from stands in its files, and every command that uses them looks at it.</summary>
public sealed class ContentCheckTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly StringWriter _output = new(), _error = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Another_set_under_the_same_name_is_refused_by_run_report_eval_and_resume()
    {
        Import(seed: 1);
        string config = Write("a.yaml", Config("a"));
        Assert.Equal(0, Nb("train", config, "--out", _folder["runs"]));
        string run = Assert.Single(Directory.GetDirectories(_folder["runs"]));
        var content = StoredRun.ReadResult(Path.Combine(run, RunFolder.ResultFile)).Content!;
        Assert.Equal((40, 20, "s.nbset"), (content.TrainCount, content.TestCount, content.Dataset));
        Assert.Contains(content.TrainSha256, File.ReadAllText(Path.Combine(run, RunFolder.EnvironmentFile)));
        string model = Path.Combine(run, "model.safetensors");
        Assert.Equal(content, ContentFingerprint.Parse(Checkpoint.LoadInfo(model).Content!));
        Assert.Equal(0, Nb("train", config, "--out", _folder["runs"]));

        Import(seed: 2);
        Refused("sha256", "train", config, "--out", _folder["runs"]);
        Refused("sha256", "run", config, "--out", _folder["runs"]);
        Refused("sha256", "sweep", config, "--out", _folder["runs"]);
        Refused("--set data.name", "eval", model, "--data-dir", _folder.Path);
        Assert.Equal(0, Nb("eval", model, "--data-dir", _folder.Path, "--set", "data.name=s.nbset"));
        File.Delete(Path.Combine(run, RunFolder.ResultFile));
        Refused("training images of 's.nbset'", "resume", run);

        Assert.Equal(0, Nb("train", config, "--out", _folder["others"]));
        Import(seed: 1);
        Assert.Equal(0, Nb("resume", run, "--data-dir", _folder.Path));
        Refused(
            "other images", "report", run, Assert.Single(Directory.GetDirectories(_folder["others"])), "--out", _folder["r"]);
    }

    [Fact]
    public void Replaced_initial_weights_are_noticed_and_those_that_are_gone_are_remembered()
    {
        Import(seed: 1);
        string start = Write("start.yaml", Config("start"));
        Assert.Equal(0, Nb("train", start, "--out", _folder["runs"]));
        string weights = _folder["w.safetensors"];
        File.Copy(Path.Combine(Assert.Single(Directory.GetDirectories(_folder["runs"])), "model.safetensors"), weights);
        string config = Write("b.yaml", Config("b") + $"model.init_from: {weights}\n");
        Assert.Equal(0, Nb("train", config, "--out", _folder["second"]));
        string run = Assert.Single(Directory.GetDirectories(_folder["second"]));
        string result = Path.Combine(run, RunFolder.ResultFile);
        var content = StoredRun.ReadResult(result).Content!;
        Assert.NotNull(content.InitSha256);

        File.Delete(result);
        string aside = _folder["aside.safetensors"];
        File.Move(weights, aside);
        Assert.Equal(0, Nb("resume", run));
        Assert.Equal(content, StoredRun.ReadResult(result).Content);

        Assert.Equal(0, Nb("train", Write("c.yaml", Config("c") + "seed: 9\n"), "--out", _folder["third"]));
        File.Copy(Path.Combine(Assert.Single(Directory.GetDirectories(_folder["third"])), "model.safetensors"), weights);
        Refused("model.init_from", "train", config, "--out", _folder["second"]);
    }

    // Whatever takes the path of a file is a function of the file's content, not of its name.
    [Fact]
    public void Every_key_that_names_a_file_is_in_the_fingerprint()
    {
        var named = new List<string>();
        foreach (var field in ConfigFields.All)
        {
            foreach (string extension in (string[])[".nbset", ".safetensors", ".dll", ".json", ""])
            {
                string path = _folder["file" + extension];
                RunConfig config;
                try
                {
                    config = field.Set(RunConfig.Default, path);
                }
                catch (SettingException)
                {
                    continue;
                }

                named.Add(field.Key);
                var before = Fingerprint(1);
                Assert.NotEqual(before, Fingerprint(2));
                Assert.Equal(before, Fingerprint(1));
                Assert.NotEmpty(before.DifferencesTo(Fingerprint(2)));

                ContentFingerprint Fingerprint(int seed)
                {
                    if (extension == ".nbset") Import(seed, path);
                    else File.WriteAllText(path, $"{seed}");
                    return new RunEngine(MethodCatalog.BuiltIn).Fingerprint(config, new RunOptions());
                }
            }
        }

        Assert.Equal(
            ["burden.twin", "data.name", "model.init_from", "train.teacher"], named.Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_checkpoint_without_a_fingerprint_is_refused_with_the_version_that_wrote_it()
    {
        Import(seed: 1);
        Assert.Equal(0, Nb("train", Write("a.yaml", Config("a")), "--out", _folder["runs"]));
        string run = Assert.Single(Directory.GetDirectories(_folder["runs"]));
        File.Delete(Path.Combine(run, RunFolder.ResultFile));
        var checkpoints = new CheckpointFolder(Path.Combine(run, RunFolder.CheckpointsFolder));
        var old = checkpoints.FindLatest().Checkpoint!;
        foreach (string file in Directory.GetFiles(run, "*.safetensors", SearchOption.AllDirectories)) File.Delete(file);
        var copy = new Checkpoint(old.Kind, old.Info with { Content = null, ProgramVersion = "0.0.7" });
        foreach (string name in old.Names)
        {
            old.TryGet(name, out var tensor);
            copy.Add(tensor!);
        }

        copy.Save(checkpoints.FileOf(old.Info.Step));
        Refused("0.0.7", "resume", run);
    }

    [Fact]
    public void A_stored_config_that_leaves_values_open_is_not_gone_on_with()
    {
        string run = Directory.CreateDirectory(_folder["old"]).FullName;
        Write("old/config.yaml", "name: old\npruning: {method: gmp}\n");

        Refused("leaves values", "resume", run);
    }

    private string Write(string name, string text) => _folder.Write(name, Encoding.UTF8.GetBytes(text));

    private void Import(int seed) => Import(seed, _folder["s.nbset"]);

    private static void Import(int seed, string file)
    {
        var data = DatasetCatalog.Load("glyphs", new DataOptions { TrainCount = 40, TestCount = 20, Seed = (ulong)seed });
        PackedDataset.Write(file, data, "none", "none");
    }

    private string Config(string name) =>
        $"name: {name}\ndata.name: {_folder["s.nbset"]}\nmodel: {{dim: 8, depth: 1, heads: 1, mlp_ratio: 1, patch: 14}}\n"
        + "train: {epochs: 1, batch_size: 10}\nburden.probe_images: 0\n";

    private void Refused(string message, params string[] args)
    {
        _error.GetStringBuilder().Clear();
        Assert.Equal(1, Nb(args));
        Assert.Contains(message, _error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("unexpected", _error.ToString(), StringComparison.Ordinal);
    }

    private int Nb(params string[] args) => NbProgram.Run(args, Shell.Of(_output, _error, NbProgram.Engine));
}
