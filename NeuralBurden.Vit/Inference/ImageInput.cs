using NeuralBurden.Pruning.Errors;
using NeuralBurden.Vit.Data.Storage;
using NeuralBurden.Vit.Imaging;
using NeuralBurden.Vit.Model;
using NeuralBurden.Vit.Settings;

namespace NeuralBurden.Vit.Inference;

/// <summary>
/// From pixels to a model's input: (p / 255 - mean) / std per channel, [C, H, W]. Where image and normalisation have three
/// channels and the model has one, it sees the mean of the three normalised ones; a grey image stands in all channels.
/// </summary>
internal sealed class ImageInput
{
    private readonly VitShape _shape;
    private readonly IReadOnlyList<float> _mean;
    private readonly IReadOnlyList<float> _std;

    /// <exception cref="SettingException">The normalisation is of another number of channels.</exception>
    public ImageInput(VitShape shape, Normalization normalization)
    {
        (_shape, _mean, _std) = (shape, normalization.Mean, normalization.Std);
        if (_mean.Count == 1 || _mean.Count == shape.Channels || (shape.Channels == 1 && _mean.Count == 3)) return;
        throw new SettingException(
            "normalize", $"'{normalization.Text}' is of {_mean.Count} channels; the model's images have {shape.Channels}");
    }

    public int Length => _shape.Channels * _shape.Height * _shape.Width;

    /// <summary>An image of any size: scaled to cover the model's, the middle cropped, as 'nb data import' does.</summary>
    /// <exception cref="ArgumentException">Channels that do not fit the model's.</exception>
    public void Write(RasterImage image, Span<float> input)
    {
        bool mixes = _shape.Channels is 1 or 3 && image.Channels is 1 or 3;
        if (image.Channels != _shape.Channels && !mixes)
        {
            throw new ArgumentException(
                $"an image of {image.Channels} channels; the model's images have {_shape.Channels}", nameof(image));
        }

        Write(ImageResizer.ToFit(image, _shape.Width, _shape.Height).Pixels, image.Channels, input);
    }

    /// <summary>[H, W, C] of the model's own size and channels.</summary>
    public void Write(ReadOnlySpan<byte> pixels, Span<float> input) => Write(pixels, _shape.Channels, input);

    private void Write(ReadOnlySpan<byte> pixels, int channels, Span<float> input)
    {
        int plane = _shape.Height * _shape.Width, mixed = Math.Max(channels, _mean.Count) / _shape.Channels;
        for (int c = 0; c < _shape.Channels; c++)
        {
            for (int i = 0; i < plane; i++)
            {
                double sum = 0;
                for (int k = c; k < c + Math.Max(1, mixed); k++)
                {
                    double p = pixels[(i * channels) + (channels == 1 ? 0 : k)] / 255.0;
                    sum += (p - _mean[_mean.Count == 1 ? 0 : k]) / _std[_std.Count == 1 ? 0 : k];
                }

                input[(c * plane) + i] = (float)(sum / Math.Max(1, mixed));
            }
        }
    }
}
