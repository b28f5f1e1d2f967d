using NeuralBurden.Compute.Devices;
using NeuralBurden.Compute.Tensors;
using NeuralBurden.Pruning.Errors;
using NeuralBurden.Vit.Data;
using NeuralBurden.Vit.Model;
using NeuralBurden.Vit.Settings;

namespace NeuralBurden.Vit.Training;

/// <summary>
/// Distillation from a stored model, usually the dense one (arXiv 1503.02531): the loss becomes (1 - a) CE(z, y) +
/// a t^2 KL(softmax(u / t) || softmax(z / t)), z the logits of the model in training, u the teacher's on the same augmented
/// images, a = <c>train.teacher_weight</c>, t = <c>train.temperature</c>.
/// </summary>
internal sealed class Teacher : IDisposable
{
    private readonly Device _device;
    private readonly VisionTransformer _model;
    private readonly Tensor _gradient;
    private readonly float _weight;
    private readonly double _temperature;
    private readonly float[] _own;
    private readonly float[] _taught;

    /// <param name="images">Most images at once.</param>
    /// <exception cref="SettingException">The teacher's images or classes are not those of the run.</exception>
    public Teacher(Device device, TrainConfig config, VitShape student, ImageDataset data, int images)
    {
        const string key = "train.teacher";
        if (!File.Exists(config.Teacher)) throw new SettingException(key, $"there is no file {Path.GetFullPath(config.Teacher)}");
        var stored = StoredModel.Open(
            config.Teacher, new ModelHints { HeadsElse = student.Heads, Images = (student.Height, student.Width) });
        var (own, other) = (student, stored.Shape);
        if ((own.Channels, own.Height, own.Width, own.Classes) != (other.Channels, other.Height, other.Width, other.Classes))
        {
            throw new SettingException(
                key,
                $"{config.Teacher} takes {other.Width} x {other.Height} pixels of {other.Channels} channels and has "
                + $"{other.Classes} classes; the run's are {own.Width} x {own.Height}, {own.Channels} and {own.Classes}");
        }

        if (stored.Normalization?.For(own.Channels) is { } needed
            && !(Near(needed.Mean, data.Mean) && Near(needed.Std, data.Std)))
        {
            throw new SettingException(
                key, $"{config.Teacher} takes images normalised by {stored.Normalization.Text}: set data.normalize to it");
        }

        (_device, _weight, _temperature) = (device, (float)config.TeacherWeight, config.Temperature);
        _model = stored.Create(device);
        _gradient = device.AllocateTensor(new Shape(images, own.Classes), "gradient of the distillation");
        (_own, _taught) = (new float[images * own.Classes], new float[images * own.Classes]);
    }

    /// <summary>Turns the gradient of the labels' loss into that of the whole loss.</summary>
    /// <param name="images">The batch that the logits are of.</param>
    /// <param name="logits">[B, classes].</param>
    /// <param name="dLogits">[B, classes].</param>
    public void AddGradient(in Tensor images, in Tensor logits, in Tensor dLogits)
    {
        var taught = _model.Forward(images, ModelPass.Logits);
        int count = (int)logits.Count;
        _device.Download(logits, _own.AsSpan(0, count));
        _device.Download(taught, _taught.AsSpan(0, count));
        Gradient(_own.AsSpan(0, count), _taught.AsSpan(0, count), logits.Shape[1], _temperature, _own.AsSpan(0, count));
        var gradient = _gradient.Slice(0, logits.Shape);
        _device.Upload(_own.AsSpan(0, count), gradient);
        _device.Axpby(new(_weight, gradient, 1 - _weight, dLogits));
    }

    /// <summary>
    /// The gradient of the mean of t^2 KL over rows, by z: t (softmax(z / t) - softmax(u / t)) / B; may be
    /// <paramref name="own"/>.
    /// </summary>
    internal static void Gradient(
        ReadOnlySpan<float> own, ReadOnlySpan<float> taught, int classes, double temperature, Span<float> gradient)
    {
        int rows = own.Length / classes;
        for (int row = 0; row < rows; row++)
        {
            ReadOnlySpan<float> z = own.Slice(row * classes, classes), u = taught.Slice(row * classes, classes);
            var (mostZ, sumZ) = Normalizer(z, temperature);
            var (mostU, sumU) = Normalizer(u, temperature);
            for (int i = 0; i < classes; i++)
            {
                double p = Math.Exp((z[i] - mostZ) / temperature) / sumZ, q = Math.Exp((u[i] - mostU) / temperature) / sumU;
                gradient[(row * classes) + i] = (float)(temperature * (p - q) / rows);
            }
        }
    }

    public void Dispose()
    {
        _model.Dispose();
        _gradient.Buffer.Dispose();
    }

    private static (double Most, double Sum) Normalizer(ReadOnlySpan<float> logits, double temperature)
    {
        double most = double.NegativeInfinity, sum = 0;
        foreach (float v in logits) most = Math.Max(most, v);
        foreach (float v in logits) sum += Math.Exp((v - most) / temperature);
        return (most, sum);
    }

    private static bool Near(IReadOnlyList<float> a, IReadOnlyList<float> b) =>
        a.Zip(b).All(p => Math.Abs(p.First - p.Second) < 1e-3);
}
