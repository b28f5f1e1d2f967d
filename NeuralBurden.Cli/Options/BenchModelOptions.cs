using System.CommandLine;
using NeuralBurden.Cli.Output;
using NeuralBurden.Vit.Benchmarks;

namespace NeuralBurden.Cli.Options;

/// <summary>Options of the benchmark model beside its width and batch; see <see cref="WorkloadModel"/>.</summary>
internal sealed class BenchModelOptions
{
    private static readonly WorkloadModel Default = new(0, 0);

    private readonly BenchOptions _options;
    private readonly Option<int> _depth = Number("--depth", "Blocks of the model.", Default.Depth);
    private readonly Option<int> _heads = Number("--heads", "Attention heads; divide every width.", Default.Heads);
    private readonly Option<int> _image = Number("--image", "Height and width of an image in pixels.", Default.Image);
    private readonly Option<int> _patch = Number("--patch", "Side of a patch in pixels; divides --image.", Default.Patch);

    /// <param name="options">Tell widths and batch.</param>
    public BenchModelOptions(BenchOptions options) => _options = options;

    public void AddTo(Command command) => command.Takes(_depth, _heads, _image, _patch);

    /// <summary>One model per width.</summary>
    /// <exception cref="UserException">Heads, widths, image and patch do not fit each other.</exception>
    public IReadOnlyList<WorkloadModel> Models(ParseResult parsed)
    {
        int[] dims = _options.Dims(parsed);
        int heads = parsed.GetValue(_heads), image = parsed.GetValue(_image), patch = parsed.GetValue(_patch);
        int[] wrong = [.. dims.Where(d => d % heads != 0)];
        if (wrong.Length > 0)
            throw Refusal($"--dims {string.Join(',', wrong)}: allowed: multiples of the {heads} heads (--heads)");
        if (image % patch != 0 || image / patch < 2)
            throw Refusal($"--image {image}: allowed: twice the patch of {patch} (--patch) or a larger multiple of it");
        return
        [
            .. dims.Select(dim => new WorkloadModel(dim, _options.Batch(parsed))
            {
                Depth = parsed.GetValue(_depth),
                Heads = heads,
                Image = image,
                Patch = patch,
            }),
        ];
    }

    private static UserException Refusal(string message) => new(message, UserException.Usage);

    private static Option<int> Number(string name, string description, int value) =>
        CliOption.Of<int>(name, "N", description, value).Whole(1, 4096);
}
