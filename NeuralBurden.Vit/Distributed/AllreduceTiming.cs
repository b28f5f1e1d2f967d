using System.Diagnostics;
using NeuralBurden.Compute.Devices;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Vit.Distributed;

/// <summary>
/// Times the exchange of gradients of growing size, nothing else going on: from the moment when all ranks are ready to
/// the mean in place.
/// </summary>
public sealed class AllreduceTiming(IGradientExchange exchange)
{
    private const int FewestRepeats = 10;
    private const int MostRepeats = 500;
    private const double BytesPerSize = 256e6;

    /// <summary>Sizes from 4 bytes, four times as large each.</summary>
    /// <exception cref="MpiException">A mean is wrong: then no time is worth telling.</exception>
    public IReadOnlyList<AllreduceResult> Run(long largest)
    {
        using var device = DeviceCatalog.Open("cpu", 1);
        var tensor = device.AllocateTensor(new Shape((int)(largest / sizeof(float))), "gradient");
        var results = new List<AllreduceResult>();
        for (long bytes = sizeof(float); bytes <= largest; bytes *= 4)
            results.Add(Measure(device, tensor.Slice(0, new Shape((int)(bytes / sizeof(float))))));
        tensor.Buffer.Dispose();
        return results;
    }

    private AllreduceResult Measure(Device device, in Tensor gradient)
    {
        Check(device, gradient);
        long bytes = gradient.Count * sizeof(float);
        int repeats = (int)Math.Clamp(BytesPerSize / bytes, FewestRepeats, MostRepeats);
        double[] times = new double[repeats];
        for (int i = 0; i < repeats; i++)
        {
            exchange.Any(false);
            long start = Stopwatch.GetTimestamp();
            exchange.Begin(device, gradient);
            exchange.Finish();
            times[i] = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
        }

        Array.Sort(times);
        return new AllreduceResult(
            bytes, repeats, times[repeats / 2], times[repeats / 10], times[repeats - 1 - (repeats / 10)]);
    }

    // Rank r gives r + i % 7 at place i; small whole numbers have exact sums.
    private void Check(Device device, in Tensor gradient)
    {
        float[] values = new float[gradient.Count];
        for (int i = 0; i < values.Length; i++) values[i] = exchange.Rank + (i % 7);
        device.Upload(values, gradient);
        exchange.Begin(device, gradient);
        exchange.Finish();
        device.Download(gradient, values);
        float mean = (exchange.Ranks - 1) / 2f;
        for (int i = 0; i < values.Length; i++)
        {
            if (Math.Abs(values[i] - mean - (i % 7)) > 1e-5f * (mean + 7))
                throw new MpiException($"the mean at {i} of {values.Length} is {values[i]} instead of {mean + (i % 7)}");
        }
    }
}
