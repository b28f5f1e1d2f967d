using NeuralBurden.Cli;
using NeuralBurden.Cli.Output;
using NeuralBurden.Tests.Formats;
using NeuralBurden.Vit.Study.Report;
using NeuralBurden.Vit.Study.Storage;
using Xunit;

namespace NeuralBurden.Tests.Cli;

public sealed class StudyReportCommandTests : IDisposable
{
    private const string Tiny = """
        name: tiny
        data: {name: glyphs, train_count: 96, test_count: 40}
        model: {dim: 8, depth: 2, heads: 2, mlp_ratio: 2, patch: 7}
        optim: {warmup: 0ep}
        train: {epochs: 2, batch_size: 32, validation: 25%}
        burden: {probe_images: 0}
        study:
          seeds: [1, 2, 3]
          rows:
            screen: {pruning.method: [dense, pdwp, gmp], pruning.sparsity: 80%, tokens.merge: [none, single-pass]}
        """;

    private readonly TemporaryFolder _root = new();
    private readonly StringWriter _output = new();

    public void Dispose() => _root.Dispose();

    [Fact]
    public void Reported_again_from_the_stored_data_alone_every_file_has_the_same_bytes()
    {
        string config = Path.Combine(_root.Path, "study.yaml"), folder = Path.Combine(_root.Path, "tiny");
        File.WriteAllText(config, Tiny);
        Assert.Equal(0, Nb("study", config, "--out", _root.Path));
        string[] names = [StudyFolder.RunsTable, VerdictTable.FileName, "report.html"];
        string copy = Path.Combine(_root.Path, "copy");
        Directory.CreateDirectory(copy);
        File.Copy(Path.Combine(folder, StudyFolder.DataFile), Path.Combine(copy, StudyFolder.DataFile));
        foreach (string png in Directory.GetFiles(folder, "*.png")) File.Copy(png, Path.Combine(copy, Path.GetFileName(png)));

        Assert.Equal(0, Nb("study", "report", copy));

        Assert.All(names, name => Assert.Equal(
            File.ReadAllBytes(Path.Combine(folder, name)), File.ReadAllBytes(Path.Combine(copy, name))));
        Assert.Equal(
            File.ReadAllBytes(Path.Combine(folder, StudyFolder.DataFile)),
            File.ReadAllBytes(Path.Combine(copy, StudyFolder.DataFile)));
        Assert.Contains("report.html", _output.ToString(), StringComparison.Ordinal);
    }

    private int Nb(params string[] args) => NbProgram.Run(args, Shell.Of(_output, _output, new SyntheticEngine()));
}
