using NeuralBurden.Compute.Devices;
using NeuralBurden.Compute.Tensors;
using NeuralBurden.Vit.Distributed;

namespace NeuralBurden.Tests.Scale;

/// <summary>
/// Ranks as threads of the test: the same contract as MPI's, so that what a rank does with it is tested where there is
/// no MPI, with any number of ranks.
/// </summary>
internal sealed class ThreadExchange(ThreadExchange.Meeting meeting, int rank) : IGradientExchange
{
    private readonly List<(Device Device, Tensor Tensor)> _begun = new(16);

    public int Rank => rank;

    public int Ranks => meeting.Ranks;

    /// <summary>Parts of the gradient in the order in which this rank began them, over all steps.</summary>
    public List<int> Buckets { get; } = [];

    public void Begin(Device device, in Tensor gradient)
    {
        _begun.Add((device, gradient));
        if (Ranks > 1) Buckets.Add((int)gradient.Offset);
    }

    public void Finish()
    {
        foreach (var (device, tensor) in _begun)
        {
            if (!device.TryGetHostSpan(tensor, out var values)) throw new NotSupportedException("for host devices");
            Sum(values);
            for (int i = 0; i < values.Length && Ranks > 1; i++) values[i] /= Ranks;
        }

        _begun.Clear();
    }

    public void Sum(Span<float> values)
    {
        if (Ranks == 1) return;
        meeting.Values[rank] = values.ToArray();
        meeting.Wait();
        for (int i = 0; i < values.Length; i++)
        {
            float sum = 0;
            for (int r = 0; r < Ranks; r++) sum += meeting.Values[r][i];
            values[i] = sum;
        }

        meeting.Wait();
    }

    public bool Any(bool here) => Together(here ? 1UL : 0).Any(v => v != 0);

    public bool Agrees(ulong value) => Together(value).All(v => v == value);

    private ulong[] Together(ulong value)
    {
        meeting.Words[rank] = value;
        meeting.Wait();
        ulong[] all = [.. meeting.Words];
        meeting.Wait();
        return all;
    }

    /// <summary>Where the ranks meet.</summary>
    internal sealed class Meeting(int ranks)
    {
        private readonly Barrier _barrier = new(ranks);

        public int Ranks => ranks;

        public float[][] Values { get; } = new float[ranks][];

        public ulong[] Words { get; } = new ulong[ranks];

        // A rank that failed leaves the others waiting; a test must end all the same.
        public void Wait()
        {
            if (!_barrier.SignalAndWait(TimeSpan.FromSeconds(60))) throw new TimeoutException("a rank does not come");
        }
    }
}
