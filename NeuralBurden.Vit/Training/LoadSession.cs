using NeuralBurden.Compute.Devices;
using NeuralBurden.Vit.Burden;
using NeuralBurden.Vit.Data;
using NeuralBurden.Vit.Model;
using NeuralBurden.Vit.Settings;

namespace NeuralBurden.Vit.Training;

/// <summary>The images that one run and its references are measured on, and the measuring of one moment.</summary>
internal sealed class LoadSession : IDisposable
{
    /// <summary>Test images that loads are measured on, evenly spaced over the set; all of a smaller set.</summary>
    public const int ProbeImages = 2048;

    private const int Draws = 20;

    private readonly Device _device;
    private readonly RunConfig _config;
    private readonly RunConfig _twinConfig;
    private readonly ImageDatasetPair _data;
    private readonly int _stepsPerEpoch;
    private readonly SiteReader _reader;
    private readonly DeviceImages _testImages;
    private readonly DeviceImages _probeImages;
    private readonly Evaluator _evaluator;

    public LoadSession(Device device, RunConfig config, RunConfig twinConfig, ImageDatasetPair data, int stepsPerEpoch)
    {
        (_device, _config, _twinConfig, _data, _stepsPerEpoch) = (device, config, twinConfig, data, stepsPerEpoch);
        _reader = new SiteReader(device);
        var probe = data.Test.Count <= ProbeImages ? data.Test : data.Test.HoldOut(ProbeImages).HeldOut;
        int batch = DeviceImages.EvaluationBatch(data.Test);
        _testImages = new DeviceImages(device, data.Test, batch, data.Train.Mean, data.Train.Std);
        _probeImages = new DeviceImages(device, probe, batch, data.Train.Mean, data.Train.Std);
        _evaluator = new Evaluator(device, _testImages);
    }

    /// <summary>A moment within training.</summary>
    /// <param name="file">The run's weights.</param>
    /// <param name="twinFile">The twin's at the same step.</param>
    public LoadRecord Measure(string file, string twinFile, CancellationToken cancellation) =>
        Measure(file, twinFile, cancellation, (record, _, _, _) => record);

    /// <summary>The end of training.</summary>
    /// <param name="silencing">Whether the most burdened units are silenced.</param>
    public LoadRecord MeasureEnd(string file, string twinFile, bool silencing, CancellationToken cancellation) =>
        Measure(file, twinFile, cancellation, (record, output, run, twin) => record with
        {
            Correct = output.Correct(),
            Silencing = silencing ? Silence(run, cancellation) : null,
            TwinSilencing = silencing ? Silence(twin, cancellation) : null,
        });

    public void Dispose()
    {
        _evaluator.Dispose();
        _probeImages.Dispose();
        _testImages.Dispose();
    }

    private LoadRecord Measure(
        string file,
        string twinFile,
        CancellationToken cancellation,
        Func<LoadRecord, NetworkOutput, VisionTransformer, VisionTransformer, LoadRecord> complete)
    {
        var (run, stored) = ModelFile.Open(_device, _config, _data.Train, file);
        using var ownedRun = run;
        using var twin = ModelFile.Open(_device, _twinConfig, _data.Train, twinFile).Model;
        var cut = _config with { Model = _twinConfig.Model };
        using var shot = ModelFile.Open(_device, cut, _data.Train, twinFile, at: stored.Info).Model;
        ShotNetwork.Prune(_device, shot, ModelFile.Masks(stored, run), _config, _stepsPerEpoch);
        NetworkOutput own = Test(run, cancellation), other = Test(twin, cancellation), selected = Test(shot, cancellation);
        string? absent = NetworkOutput.Unfit("the twin", other.Accuracy, own.Accuracy, own.Images);
        var blocks = Blocks(run, twin, shot, absent is null, cancellation);
        var record = new LoadRecord
        {
            Step = (int)stored.Info.Step,
            Share = stored.Info.Step / ((double)_stepsPerEpoch * _config.Train.Epochs),
            Accuracy = own.Accuracy,
            Loss = own.Loss,
            TwinAccuracy = other.Accuracy,
            ShotAccuracy = selected.Accuracy,
            OutputKl = absent is null ? other.Divergence(own) : null,
            Disagreement = absent is null ? other.Disagreement(own) : null,
            Absent = absent,
            Blocks = blocks,
            Values = OfRun(blocks, run.Blocks.Count),
        };
        return complete(record, own, run, twin);
    }

    private NetworkOutput Test(VisionTransformer model, CancellationToken cancellation)
    {
        return new NetworkOutput(
            _evaluator.Run(model, Evaluator.LogitsOf(_data.Test), merges: true, cancellation), _data.Test.Labels);
    }

    private List<BlockLoads> Blocks(
        VisionTransformer run, VisionTransformer twin, VisionTransformer shot, bool isComparable, CancellationToken cancellation)
    {
        var (own, loads) = Look(run, cancellation);
        ForEachBatch(run, cancellation, i => own[i].AddActive(run.Blocks[i].Activations));
        var (other, healthy) = Look(twin, cancellation);
        var (_, selected) = Look(shot, cancellation);
        var blocks = new List<BlockLoads>();
        for (int i = 0; i < own.Length; i++)
        {
            own[i].FinishActive(loads[i]);
            var signal = isComparable
                ? new OutputSignal(own[i], other[i]).Search(healthy[i][0].Mean(healthy[i][0].Energy))
                : null;
            for (int s = 0; s < 2; s++)
            {
                var comparison = new LoadComparison(loads[i][s], isComparable ? healthy[i][s] : null, selected[i][s], signal);
                blocks.Add(Of(i, s == 0 ? BlockLoads.Mlp : BlockLoads.Heads, comparison));
            }
        }

        return blocks;
    }

    private (BlockTally[] Tallies, SiteLoads[][] Loads) Look(VisionTransformer model, CancellationToken cancellation)
    {
        BlockTally[] tallies = [.. model.Blocks.Select((block, i) =>
            new BlockTally(_reader, block, model.Shape.Block(i), model.Shape.ClassToken))];
        ForEachBatch(model, cancellation, i => tallies[i].Add(model.Blocks[i].Activations));
        return (tallies, [.. tallies.Select(t => t.Finish())]);
    }

    private void ForEachBatch(VisionTransformer model, CancellationToken cancellation, Action<int> block)
    {
        int[] places = [.. Enumerable.Range(0, _probeImages.Data.Count)];
        for (int at = 0; at < places.Length; at += _probeImages.Batch)
        {
            cancellation.ThrowIfCancellationRequested();
            var (images, _) = _probeImages.Load(places.AsSpan(at, Math.Min(_probeImages.Batch, places.Length - at)), []);
            model.Forward(images, ModelPass.Evaluation);
            for (int i = 0; i < model.Blocks.Count; i++) block(i);
        }
    }

    private SilencingRecord Silence(VisionTransformer model, CancellationToken cancellation)
    {
        var (_, loads) = Look(model, cancellation);
        using var evaluator = new Evaluator(_device, _probeImages);
        return new UnitSilencing(_device, model, evaluator).Compare(
            "kappa", [.. loads.Select(l => l[0].Alive)], [.. loads.Select(l => l[0].Kappa)], Draws, _config.Seed, cancellation);
    }

    private static BlockLoads Of(int block, string site, LoadComparison comparison)
    {
        var values = new SortedDictionary<string, double>(StringComparer.Ordinal);
        foreach (var measure in LoadMeasures.All.Where(m => m.Sites.Contains(site)))
        {
            if (measure.Value(comparison) is { } value && double.IsFinite(value)) values[measure.Key] = value;
        }

        return new BlockLoads
        {
            Block = block,
            Site = site,
            Tokens = comparison.Own.Tokens,
            Units = comparison.Own.Alive.Length,
            Alive = comparison.Own.AliveCount,
            Values = values,
        };
    }

    // Means over the blocks of what every block has.
    private static SortedDictionary<string, double> OfRun(IReadOnlyList<BlockLoads> blocks, int count)
    {
        var values = new SortedDictionary<string, double>(StringComparer.Ordinal);
        foreach (var site in blocks.GroupBy(b => b.Site))
        {
            string prefix = site.Key == BlockLoads.Mlp ? "" : LoadMeasures.HeadsPrefix;
            foreach (var key in site.SelectMany(b => b.Values).GroupBy(v => v.Key).Where(g => g.Count() == count))
                values[prefix + key.Key] = key.Average(v => v.Value);
        }

        return values;
    }
}
