using NeuralBurden.Compute.Devices;
using NeuralBurden.Vit.Data;
using NeuralBurden.Vit.Distributed;
using NeuralBurden.Vit.Imaging;
using NeuralBurden.Vit.Judging;
using NeuralBurden.Vit.Model;
using NeuralBurden.Vit.Runs;

namespace NeuralBurden.Vit.Training;

/// <summary>The model of a run on images that it does not train on: those of the test, and those held out.</summary>
internal sealed class RunEvaluation : IDisposable
{
    // Test images in the picture of merges.
    private const int PicturedImages = 8;

    private readonly Device _device;
    private readonly Trainer _trainer;
    private readonly DeviceImages _testImages;
    private readonly DeviceImages? _heldOutImages;
    private readonly Evaluator _test;
    private readonly Evaluator? _heldOut;

    public RunEvaluation(
        Device device, Trainer trainer, ImageDatasetPair data, ImageDataset? heldOut, IGradientExchange? exchange)
    {
        (_device, _trainer) = (device, trainer);
        int batch = DeviceImages.EvaluationBatch(data.Test);
        _testImages = new DeviceImages(device, data.Test, batch, data.Train.Mean, data.Train.Std);
        _test = new Evaluator(device, _testImages, exchange);
        if (heldOut is null) return;
        _heldOutImages = new DeviceImages(device, heldOut, batch, data.Train.Mean, data.Train.Std);
        _heldOut = new Evaluator(device, _heldOutImages, exchange);
    }

    /// <summary>The last of the model; null before the first.</summary>
    public EvaluationResult? Test { get; private set; }

    /// <summary>The last of the average of its weights; null where there is none.</summary>
    public EvaluationResult? AverageTest { get; private set; }

    /// <summary>Evaluates the model, and the average of its weights, on the test images.</summary>
    public void Run(CancellationToken cancellation)
    {
        Test = _test.Run(_trainer.Model, default, _trainer.Merges, cancellation);
        if (!_trainer.HasAverage) return;
        _trainer.ExchangeAverage();
        try
        {
            AverageTest = _test.Run(_trainer.Model, default, _trainer.Merges, cancellation);
        }
        finally
        {
            // A checkpoint of a run that is stopped here must find the weights in their place.
            _trainer.ExchangeAverage();
        }
    }

    /// <summary>How the model classifies the test images; null where its logits are not finite.</summary>
    public ClassificationFigures? Judge(CancellationToken cancellation) =>
        _test.Run(_trainer.Model, default, _trainer.Merges, cancellation, judge: true).Figures;

    /// <summary>Evaluates the model on the images held out; null where there are none.</summary>
    public EvaluationResult? Validate(CancellationToken cancellation) =>
        _heldOut?.Run(_trainer.Model, default, _trainer.Merges, cancellation);

    /// <summary>What the model merges on its first test images; null where it merges nothing.</summary>
    public (MergeLook Look, RasterImage Picture)? Merges() => _trainer.Model.Merging is null || !_trainer.Merges
        ? null
        : MergeViewer.Run(_device, _trainer.Model, _testImages, PicturedImages);

    /// <summary>Silences units on the test images.</summary>
    public UnitSilencing Silencing() => new(_device, _trainer.Model, _test, _trainer.Merges);

    public void Dispose()
    {
        _test.Dispose();
        _heldOut?.Dispose();
        _heldOutImages?.Dispose();
        _testImages.Dispose();
    }
}
