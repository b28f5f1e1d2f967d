using NeuralBurden.Vit.Judging;
using NeuralBurden.Vit.Training;
using Xunit;

namespace NeuralBurden.Tests.Judging;

/// <summary>Every measure against a computation of its own, by plain loops over generated logits with many ties.</summary>
public class ClassificationFiguresTests
{
    [Fact]
    public void Outcomes_are_those_of_a_sort_by_logit_then_number()
    {
        var random = new Random(11);
        for (int turn = 0; turn < 2000; turn++)
        {
            int classes = random.Next(1, 40), label = random.Next(classes);
            float[] logits = Logits(random, classes);

            var outcome = ImageOutcome.Of(logits, label)!.Value;

            int[] order = [.. Enumerable.Range(0, classes).OrderByDescending(i => logits[i]).ThenBy(i => i)];
            double sum = logits.Sum(v => Math.Exp(v)), most = logits.Max(v => Math.Exp(v) / sum);
            Assert.Equal(label, outcome.Label);
            Assert.Equal(order[0], outcome.Predicted);
            Assert.Equal(Array.IndexOf(order, label), outcome.Rank);
            Assert.Equal(outcome.Predicted == label, outcome.IsRight);
            Assert.Equal(most, outcome.Confidence, 1e-6);
        }
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void Logits_that_are_not_finite_have_no_outcome_and_name_their_image(float odd)
    {
        Assert.Null(ImageOutcome.Of([0, odd, 1], 0));
        var recorder = new OutcomeRecorder(3);
        recorder.Add(0, [0, 1], 0);
        recorder.Add(1, [odd, 1], 1);
        recorder.Add(2, [0, 1], 1);

        Assert.Equal((null, 1), recorder.Finish(_ => 0, exchange: null));
    }

    [Fact]
    public void Very_large_logits_have_confidences_all_the_same()
    {
        Assert.Equal(1, ImageOutcome.Of([float.MaxValue, -float.MaxValue], 1)!.Value.Confidence);
        Assert.Equal(0.5, ImageOutcome.Of([float.MaxValue, float.MaxValue], 1)!.Value.Confidence);
        Assert.Equal(new ImageOutcome(1, 0, 1, 0.5f), ImageOutcome.Of([3, 3], 1));
    }

    [Fact]
    public void Measures_are_those_of_plain_loops()
    {
        var random = new Random(5);
        for (int turn = 0; turn < 200; turn++)
        {
            int classes = random.Next(1, 25), images = random.Next(1, 120);
            int[] labels = [.. Enumerable.Range(0, images).Select(_ => random.Next(classes))];
            float[][] logits = [.. labels.Select(_ => Logits(random, classes))];
            ImageOutcome[] outcomes = [.. logits.Select((row, i) => ImageOutcome.Of(row, labels[i])!.Value)];

            var figures = ClassificationFigures.Of(outcomes, classes, names: null);

            Assert.Equal((images, classes), (figures.Images, figures.Classes));
            Assert.Equal(TopFive(logits, labels), figures.Top5Accuracy, 12);
            Assert.Equal(CalibrationError(outcomes), figures.CalibrationError, 12);
            var (confusion, predicted) = (new int[classes, classes], logits.Select(First).ToArray());
            for (int i = 0; i < images; i++) confusion[labels[i], predicted[i]]++;
            foreach (var (label, taken, count) in figures.Confusion)
            {
                Assert.Equal(confusion[label, taken], count);
                confusion[label, taken] = 0;
            }

            Assert.All(confusion.Cast<int>(), left => Assert.Equal(0, left));
            foreach (var row in figures.PerClass)
            {
                int[] own = [.. Enumerable.Range(0, images).Where(i => labels[i] == row.Label)];
                Assert.Equal((own.Length, own.Count(i => predicted[i] == row.Label)), (row.Images, row.Right));
                var wrong = own.Select(i => predicted[i]).Where(p => p != row.Label).ToList();
                int most = Enumerable.Range(0, classes).MaxBy(c => wrong.Count(p => p == c));
                Assert.Equal(wrong.Count == 0 ? null : most, row.Mistaken);
                Assert.Equal(wrong.Count(p => p == most), row.MistakenImages);
            }

            Assert.Equal(labels.Distinct().Order(), figures.PerClass.Select(c => c.Label));
        }
    }

    [Fact]
    public void Confidences_on_the_edge_of_a_bin_belong_to_the_lower_one()
    {
        // Two equal logits: 0.5, which is 7.5 / 15. Of three classes 1 / 3 = 5 / 15, in F32 a little above.
        var half = ClassificationFigures.Of([ImageOutcome.Of([1, 1], 0)!.Value], 2, null);
        Assert.Equal(1, half.Calibration[7].Images);
        var all = ClassificationFigures.Of([new ImageOutcome(0, 0, 0, 1), new ImageOutcome(1, 0, 1, 0.2f)], 2, null);
        Assert.Equal([1, 1], new[] { all.Calibration[14].Images, all.Calibration[3].Images });
        Assert.Equal(0.1, all.CalibrationError, 1e-7);
    }

    [Fact]
    public void Sixty_five_thousand_classes_take_no_more_than_their_images()
    {
        const int classes = 65_536, images = 40;
        var random = new Random(2);
        float[] logits = new float[classes];
        var recorder = new OutcomeRecorder(images);
        int[] labels = [.. Enumerable.Range(0, images).Select(i => i % 2 == 0 ? classes - 1 - i : i)];
        for (int i = 0; i < images; i++)
        {
            for (int c = 0; c < classes; c++) logits[c] = random.Next(100);
            if (i % 4 == 0) logits[labels[i]] = 200;
            recorder.Add(i, logits, labels[i]);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        var (outcomes, _) = recorder.Finish(i => labels[i], exchange: null);
        var figures = ClassificationFigures.Of(outcomes!, classes, names: null);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000);
        Assert.Equal(0.25, figures.Top5Accuracy);
        Assert.Equal(images, figures.Confusion.Sum(c => c.Images));
        Assert.Equal(classes - 1, figures.PerClass[^1].Label);
        Assert.Equal(1, figures.PerClass[^1].Accuracy);
    }

    // Few distinct values, so that most rows have ties.
    private static float[] Logits(Random random, int classes) =>
        [.. Enumerable.Range(0, classes).Select(_ => random.Next(2) == 0 ? random.Next(-3, 4) : random.NextSingle() * 4)];

    private static int First(float[] row) => Array.IndexOf(row, row.Max());

    private static double TopFive(float[][] logits, int[] labels)
    {
        int hits = 0;
        for (int i = 0; i < labels.Length; i++)
        {
            float[] left = [.. logits[i]];
            for (int k = 0; k < Math.Min(5, left.Length); k++)
            {
                int best = First(left);
                if (best == labels[i]) hits++;
                left[best] = float.NegativeInfinity;
            }
        }

        return (double)hits / labels.Length;
    }

    private static double CalibrationError(ImageOutcome[] outcomes)
    {
        double error = 0;
        for (int b = 0; b < 15; b++)
        {
            double confidence = 0;
            int images = 0, right = 0;
            foreach (var outcome in outcomes)
            {
                double scaled = (double)outcome.Confidence * 15;
                if (scaled <= b || scaled > b + 1) continue;
                images++;
                confidence += outcome.Confidence;
                right += outcome.IsRight ? 1 : 0;
            }

            if (images > 0) error += (double)images / outcomes.Length * Math.Abs((right - confidence) / images);
        }

        return error;
    }
}
