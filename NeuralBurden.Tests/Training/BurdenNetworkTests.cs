using NeuralBurden.Compute.Devices;
using NeuralBurden.Vit.Burden;
using NeuralBurden.Vit.Data;
using NeuralBurden.Vit.Model;
using NeuralBurden.Vit.Training;
using Xunit;

namespace NeuralBurden.Tests.Training;

/// <summary>
/// A transformer whose hidden units are all equal, so that what the meter must find after a fraction s of them is removed
/// is known in closed form.
/// </summary>
public sealed class BurdenNetworkTests : IDisposable
{
    private const int Hidden = 20;

    private readonly Device _device = DeviceCatalog.Open("cpu", 1);
    private readonly DeviceImages _images;
    private readonly VisionTransformer _dense;
    private readonly BurdenMeter _meter;

    public BurdenNetworkTests()
    {
        var data = DatasetCatalog.Load("glyphs", new DataOptions { TrainCount = 32, TestCount = 10 }).Train;
        _images = new DeviceImages(_device, data, 16, data.Mean, data.Std);
        _meter = new BurdenMeter(_device, _images, 32, beta: 1, seed: 3);
        _dense = Model(removed: 0, gain: 1);
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.75)]
    [InlineData(0.9)]
    public void Survivors_whose_decoders_make_up_for_the_lost_carry_one_over_one_minus_s(double removed)
    {
        double load = 1 / (1 - removed);
        using var pruned = Model((int)Math.Round(Hidden * removed), (float)load);
        var record = Measure(pruned, new BurdenBaseline(BurdenReference.Checkpoint, _dense));

        Assert.Equal(load, record.ContributionRatio!.Value.P50, load * 1e-5);
        Assert.Equal(load, record.ContributionRatio!.Value.Max, load * 1e-5);
        Assert.Equal(load, record.DecoderRatio!.Value.P95, load * 1e-5);
        Assert.Equal(load, record.PatchContributionRatio!.Value.Mean, load * 1e-5);
        Assert.Equal(load, record.ClassContributionRatio!.Value.Mean, load * 1e-5);
        Assert.Equal(1, record.RateRatio!.Value.Mean, 1e-5);
        Assert.Equal(1, record.SynapseLoadRatio!.Value.Max, 1e-5);
        Assert.Equal(0, record.BalanceShift!.Value.Max, 1e-5);
        Assert.Equal((int)Math.Round(Hidden * removed), record.DeadUnits);
        Assert.Equal(1, record.Participation!.Value, 1e-5);
        Assert.Equal(0, record.Gini!.Value, 1e-5);
        Assert.Equal(0, record.SignalError!.Value, 1e-5);
        Assert.Equal(0, record.BestError!.Value, 1e-5);
        Assert.Equal(1, record.Similarity!.Value, 1e-5);
    }

    [Fact]
    public void Survivors_without_compensation_carry_what_they_did_and_rates_could_repair_the_error()
    {
        using var pruned = Model(Hidden / 2, 1);
        var record = Measure(pruned, new BurdenBaseline(BurdenReference.Checkpoint, _dense));

        Assert.Equal(1, record.ContributionRatio!.Value.Mean, 1e-5);
        Assert.True(record.SignalError > 1e-4, $"eps {record.SignalError}");
        Assert.Equal(record.SignalError!.Value, record.Burden!.Value, 1e-12);
        Assert.InRange(record.BestError!.Value, 0, 0.2 * record.SignalError!.Value);
        Assert.InRange(record.SpanError!.Value, 0, 1e-5 * record.SignalError!.Value);
    }

    [Fact]
    public void A_twin_compares_distributions_but_no_units()
    {
        using var pruned = Model(Hidden / 2, 2);
        var record = Measure(pruned, new BurdenBaseline(BurdenReference.Twin, _dense));

        Assert.Null(record.ContributionRatio);
        Assert.Null(record.SignalError);
        Assert.Null(record.OverRange);
        Assert.Equal(1, record.Rate!.Value.P50 / record.ReferenceRate!.Value.P50, 1e-5);
        Assert.Equal(2, record.Contribution!.Value.P50 / record.ReferenceContribution!.Value.P50, 1e-5);
        Assert.Equal(1, record.Similarity!.Value, 1e-5);
    }

    [Fact]
    public void A_network_beside_itself_has_no_burden()
    {
        var record = Measure(_dense, BurdenBaseline.Self);

        Assert.Equal((0.0, 0.0, 1.0), (record.Burden, record.SignalError, record.RateCostRatio));
        Assert.Equal(1, record.ContributionRatio!.Value.P99);
        Assert.InRange(record.OverRange!.Value.Max, 0, 0.001);
    }

    [Fact]
    public void Silencing_leaves_the_model_bitwise_as_it_was()
    {
        using var evaluator = new Evaluator(_device, _images);
        float[] before = HostCopy.Of(_device, _dense.Blocks[0].Fc2.Weight.Effective);
        var silencing = new UnitSilencing(_device, _dense, evaluator);
        Measure(_dense, BurdenBaseline.Self);
        var record = silencing.Compare(_meter, seed: 1, default);

        Assert.Equal(before, HostCopy.Of(_device, _dense.Blocks[0].Fc2.Weight.Effective));
        Assert.Equal(("contribution", 1, 5), (record.By, record.Units, record.RandomAccuracies.Count));
    }

    public void Dispose()
    {
        _dense.Dispose();
        _images.Dispose();
        _device.Dispose();
    }

    private BurdenRecord Measure(VisionTransformer model, BurdenBaseline baseline) =>
        _meter.Measure(model, baseline, new BurdenMoment(1, 1, BurdenPhase.EpochEnd))[0];

    // Hidden units all read the same weights; every one that is left is read with the same decoder times a gain.
    private VisionTransformer Model(int removed, float gain)
    {
        var shape = new VitShape(1, 28, 28, 7, Dim: 8, Depth: 1, Heads: 2, Hidden, Classes: 10, ClassToken: true);
        var model = new VisionTransformer(_device, shape);
        Initialization.Apply(_device, model.Parameters, 1);
        float[] into = HostCopy.Of(_device, model.Blocks[0].Fc1.Weight.Weights);
        float[] from = HostCopy.Of(_device, model.Blocks[0].Fc2.Weight.Weights);
        for (int j = 0; j < Hidden; j++)
        {
            bool alive = j < Hidden - removed;
            for (int c = 0; c < 8; c++)
            {
                into[(j * 8) + c] = alive ? into[c] : 0;
                from[(c * Hidden) + j] = alive ? gain * from[c * Hidden] / (j == 0 ? 1 : gain) : 0;
            }
        }

        _device.Upload(into, model.Blocks[0].Fc1.Weight.Weights);
        _device.Upload(from, model.Blocks[0].Fc2.Weight.Weights);
        return model;
    }
}
