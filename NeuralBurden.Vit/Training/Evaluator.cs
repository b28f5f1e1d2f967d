using System.Diagnostics;
using NeuralBurden.Compute.Devices;
using NeuralBurden.Compute.Tensors;
using NeuralBurden.Pruning.Errors;
using NeuralBurden.Vit.Data;
using NeuralBurden.Vit.Distributed;
using NeuralBurden.Vit.Model;
using NeuralBurden.Vit.Settings;

namespace NeuralBurden.Vit.Training;

/// <summary>
/// Accuracy and cross-entropy (nats, no smoothing) over a whole data set, in its order. Several ranks take batches in
/// turn and share the figures.
/// </summary>
internal sealed class Evaluator : IDisposable
{
    private readonly Device _device;
    private readonly DeviceImages _images;
    private readonly Tensor _losses;
    private readonly Tensor _correct;
    private readonly int[] _places;
    private readonly float[] _values;
    private readonly IGradientExchange? _exchange;

    public Evaluator(Device device, DeviceImages images, IGradientExchange? exchange = null)
    {
        (_device, _images, _exchange) = (device, images, exchange);
        _losses = device.AllocateTensor(new Shape(images.Data.Count), "test losses");
        _correct = device.AllocateTensor(new Shape(images.Data.Count), "test hits");
        _places = [.. Enumerable.Range(0, images.Data.Count)];
        _values = new float[images.Data.Count];
    }

    /// <summary>Room for the logits of all images of a set.</summary>
    /// <exception cref="SettingException">An array does not hold as many.</exception>
    public static float[] LogitsOf(ImageDataset data)
    {
        long count = (long)data.Count * data.ClassCount;
        return count <= Array.MaxLength
            ? new float[count]
            : throw new SettingException(
                "data.name",
                $"'{data.Name}' has {data.Count} images of {data.ClassCount} classes to evaluate, {Numbers.Grouped(count)} "
                + $"logits; at most {Numbers.Grouped(Array.MaxLength)} are kept");
    }

    /// <param name="model">Its weights as they are now.</param>
    /// <param name="logits">[images, classes], or empty when they are not wanted, as by several ranks.</param>
    /// <param name="merges">Whether the model's merging is at work.</param>
    /// <param name="cancellation">Looked at before each batch.</param>
    /// <param name="judge">Whether the outcome of every image is wanted.</param>
    public EvaluationResult Run(
        VisionTransformer model,
        Memory<float> logits,
        bool merges,
        CancellationToken cancellation,
        bool judge = false)
    {
        var pass = ModelPass.Logits with { Unmerged = !merges };
        int count = _images.Data.Count, classes = model.Shape.Classes;
        long start = Stopwatch.GetTimestamp();
        int first = (_exchange?.Rank ?? 0) * _images.Batch, step = (_exchange?.Ranks ?? 1) * _images.Batch;
        if (_exchange is not null)
        {
            _device.Clear(_losses);
            _device.Clear(_correct);
        }

        var recorder = judge ? new OutcomeRecorder(count) : null;
        float[] batch = judge && logits.IsEmpty ? new float[_images.Batch * classes] : [];
        for (int at = first; at < count; at += step)
        {
            cancellation.ThrowIfCancellationRequested();
            int b = Math.Min(_images.Batch, count - at);
            var (images, labels) = _images.Load(_places.AsSpan(at, b), []);
            if (at + step < count) _images.Expect(_places.AsSpan(at + step, Math.Min(_images.Batch, count - at - step)));
            var output = model.Forward(images, pass);
            var part = new Shape(b);
            _device.CrossEntropy(new(output, labels, 0, _losses.Slice(at, part), _correct.Slice(at, part), default));
            if (logits.IsEmpty && !judge) continue;
            var rows = logits.IsEmpty ? batch.AsSpan(0, b * classes) : logits.Span.Slice(at * classes, b * classes);
            _device.Download(output, rows);
            for (int i = 0; recorder is not null && i < b; i++)
                recorder.Add(at + i, rows.Slice(i * classes, classes), _images.Data.Labels[at + i]);
        }

        double loss = Mean(_losses), accuracy = Mean(_correct);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        var (outcomes, nonFinite) = recorder?.Finish(i => _images.Data.Labels[i], _exchange) ?? default;
        return new EvaluationResult(count, classes, accuracy, loss, count / seconds, logits)
        {
            Outcomes = outcomes,
            NonFiniteImage = nonFinite,
            ClassNames = _images.Data.ClassNames,
        };
    }

    public void Dispose()
    {
        _losses.Buffer.Dispose();
        _correct.Buffer.Dispose();
    }

    private double Mean(in Tensor tensor)
    {
        _device.Download(tensor, _values);
        _exchange?.Sum(_values);
        double sum = 0;
        foreach (float value in _values) sum += value;
        return sum / _values.Length;
    }
}
