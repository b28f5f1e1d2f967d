using NeuralBurden.Cli;
using NeuralBurden.Cli.Output;
using NeuralBurden.Tests.Formats;
using NeuralBurden.Vit.Runs;
using NeuralBurden.Vit.Study;
using NeuralBurden.Vit.Study.Storage;

namespace NeuralBurden.Tests.Cli;

/// <summary>A tiny study in a folder of its own and the commands upon it.</summary>
public abstract class StudyHarness : IDisposable
{
    protected const string Tiny = """
        name: tiny
        data: {name: glyphs, train_count: 96, test_count: 40}
        model: {dim: 8, depth: 2, heads: 2, mlp_ratio: 2, patch: 7}
        optim: {warmup: 0ep}
        train: {epochs: 2, batch_size: 32, validation: 25%}
        burden: {probe_images: 0}
        study:
          seeds: [1, 2]
          settings:
            gmp: {pruning.start: 25%}
          rows:
            screen: {pruning.method: [dense, pdwp], pruning.sparsity: 80%, tokens.merge: [none, single-pass]}
            curve: {pruning.method: [pdwp, gmp], pruning.sparsity: [50%, 80%]}
            small: {small: 50%}
        """;

    protected const int TinyRuns = 2 * (4 + 3 + 1);

    /// <summary>To be added to <see cref="Tiny"/>: a row of fresh seeds and what it is to confirm.</summary>
    protected const string Focus = """

            confirm:
              seeds: 101-103
              pruning.method: [dense, pdwp, gmp]
              pruning.sparsity: 80%
              tokens.merge: [none, single-pass]
          focus:
            method: pdwp
            sparsity: 80%
            merge: {tokens.merge: single-pass}
            plain: gmp
            tests: [T0, T1]
            seeds: 101-103
        """;

    private readonly TemporaryFolder _root = new();
    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();

    protected string Root => _root.Path;

    protected string Out => Path.Combine(Root, "out");

    protected string Folder => Path.Combine(Out, "tiny");

    protected string Data => Path.Combine(Folder, StudyFolder.DataFile);

    protected string Output => _output.ToString();

    protected string Error => _error.ToString();

    public void Dispose()
    {
        _root.Dispose();
        GC.SuppressFinalize(this);
    }

    protected StudyData Stored() => new StudyFolder(Folder).Read();

    protected void Store(StudyData data) => new StudyFolder(Folder).Write(data);

    protected string Config(string yaml)
    {
        string path = Path.Combine(Root, "study.yaml");
        File.WriteAllText(path, yaml);
        return path;
    }

    /// <summary><c>nb study</c> of a config's text.</summary>
    protected int Study(IRunEngine engine, string yaml, params string[] args) =>
        Nb(engine, ["study", Config(yaml), "--out", Out, .. args]);

    protected int Nb(IRunEngine engine, params string[] args) =>
        NbProgram.Run(args, Shell.Of(_output, _error, engine));
}
