using System.Text.Json.Serialization;

namespace NeuralBurden.Vit.Judging;

/// <summary>
/// How a model classifies a set of images, beside accuracy and loss; <c>classification</c> in <c>result.json</c>.
/// </summary>
public sealed record ClassificationFigures
{
    /// <summary>Bins of the calibration error.</summary>
    public const int Bins = 15;

    public required int Images { get; init; }

    public required int Classes { get; init; }

    /// <summary>Share of images whose label is among the five classes of the largest logits.</summary>
    public required double Top5Accuracy { get; init; }

    /// <summary>
    /// ECE = sum_b (n_b / n) |accuracy_b - confidence_b| over 15 bins of equal width, bin b holding the n_b images with
    /// confidence in (b / 15, (b + 1) / 15] (arXiv 1706.04599).
    /// </summary>
    public required double CalibrationError { get; init; }

    /// <summary>The bins, by rising confidence.</summary>
    public IReadOnlyList<CalibrationBin> Calibration { get; init => field = value ?? []; } = [];

    /// <summary>The confusion matrix by label, then prediction, without its zeros.</summary>
    public IReadOnlyList<ConfusionCount> Confusion { get; init => field = value ?? []; } = [];

    /// <summary>In the order of the labels; absent where they are not known.</summary>
    public IReadOnlyList<string>? ClassNames { get; init; }

    /// <summary>Classes that have images, by number.</summary>
    [JsonIgnore]
    public IReadOnlyList<ClassFigure> PerClass => [.. Confusion.GroupBy(c => c.Label).OrderBy(g => g.Key).Select(row =>
    {
        var mistaken = row.Where(c => c.Predicted != row.Key).MaxBy(c => (c.Images, -c.Predicted));
        int right = row.Where(c => c.Predicted == row.Key).Sum(c => c.Images);
        return new ClassFigure(row.Key, row.Sum(c => c.Images), right, mistaken?.Predicted, mistaken?.Images ?? 0);
    })];

    /// <param name="outcomes">At least one.</param>
    /// <param name="classes">Of the model.</param>
    /// <param name="names">Of the classes, or null.</param>
    public static ClassificationFigures Of(IReadOnlyList<ImageOutcome> outcomes, int classes, IReadOnlyList<string>? names)
    {
        ArgumentOutOfRangeException.ThrowIfZero(outcomes.Count, nameof(outcomes));
        // As large as the images at most, however many classes there are.
        var confusion = new Dictionary<(int Label, int Predicted), int>();
        var (images, right, sums) = (new int[Bins], new int[Bins], new double[Bins]);
        int top = 0;
        foreach (var outcome in outcomes)
        {
            var entry = (outcome.Label, outcome.Predicted);
            confusion[entry] = confusion.GetValueOrDefault(entry) + 1;
            if (outcome.Rank < 5) top++;
            int bin = Math.Clamp((int)Math.Ceiling((double)outcome.Confidence * Bins) - 1, 0, Bins - 1);
            images[bin]++;
            right[bin] += outcome.IsRight ? 1 : 0;
            sums[bin] += outcome.Confidence;
        }

        CalibrationBin[] bins = [.. images.Select((n, b) => n == 0
            ? new CalibrationBin(0, 0, 0)
            : new CalibrationBin(n, sums[b] / n, (double)right[b] / n))];
        return new ClassificationFigures
        {
            Images = outcomes.Count,
            Classes = classes,
            Top5Accuracy = (double)top / outcomes.Count,
            CalibrationError = bins.Sum(b => b.Images * Math.Abs(b.Accuracy - b.Confidence)) / outcomes.Count,
            Calibration = bins,
            Confusion = [.. confusion.OrderBy(c => c.Key).Select(c => new ConfusionCount(c.Key.Label, c.Key.Predicted, c.Value))],
            ClassNames = names,
        };
    }

    /// <summary>Name or number of a class.</summary>
    public string NameOf(int label) => ClassNames?[label] ?? label.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
