using System.Runtime.CompilerServices;

namespace NeuralBurden.Compute.Simd.Jobs;

/// <summary>Work that is split into independent parts. Unmanaged, so that starting it allocates nothing.</summary>
internal interface IJob
{
    /// <param name="part">Which part; its result must not depend on the worker or on the other parts.</param>
    /// <param name="worker">Who runs it, below <see cref="WorkerPool.Workers"/>; selects private scratch memory.</param>
    void Run(int part, int worker);
}

/// <summary>
/// Persistent worker threads. The caller is worker 0; parts are handed out by a shared counter, and the caller waits for
/// parts, not for workers: one that was late, because it slept or its core is taken, costs nothing. The number of parts is
/// chosen by shape alone, so results never depend on the number of workers. Idle workers spin briefly and then sleep: a step
/// issues many short jobs, and a machine at rest must stay at rest.
/// </summary>
internal sealed unsafe class WorkerPool : IDisposable
{
    private const int SpinsBeforeSleep = 2000;

    private readonly Thread[] _threads;
    private readonly SemaphoreSlim[] _wake;
    private readonly int[] _sleeping;
    private delegate*<void*, int, int, void> _entry;
    private void* _job;
    private int _parts;

    // The job's number in the high half, its parts that nobody has taken in the low half. One word, so that who takes a part
    // knows that it is of the job at hand: that job cannot end before the part does.
    private long _ticket;
    private int _unfinished;
    private Exception? _failure;
    private volatile bool _stop;

    public WorkerPool(int workers)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(workers);
        Workers = workers;
        _threads = new Thread[workers - 1];
        _wake = new SemaphoreSlim[workers - 1];
        _sleeping = new int[workers - 1];
        for (int i = 0; i < _threads.Length; i++)
        {
            int index = i;
            _wake[i] = new SemaphoreSlim(0);
            _threads[i] = new Thread(() => Loop(index)) { IsBackground = true, Name = $"nb worker {i + 1}" };
            _threads[i].Start();
        }
    }

    public int Workers { get; }

    /// <summary>Runs all parts and returns when the last one is done; an exception of a part is rethrown here.</summary>
    public void Run<TJob>(ref TJob job, int parts)
        where TJob : unmanaged, IJob
    {
        if (Workers == 1 || parts <= 1)
        {
            for (int part = 0; part < parts; part++) job.Run(part, 0);
            return;
        }

        fixed (TJob* state = &job)
        {
            _job = state;
            _entry = &Enter<TJob>;
            _parts = parts;
            _failure = null;
            Volatile.Write(ref _unfinished, parts);
            Announce(parts);
            Work(0);
            var spin = default(SpinWait);
            while (Volatile.Read(ref _unfinished) > 0) spin.SpinOnce(sleep1Threshold: -1);
        }

        if (_failure is { } failure) throw new InvalidOperationException("a worker failed", failure);
    }

    public void Dispose()
    {
        _stop = true;
        Announce(0);
        foreach (var thread in _threads) thread.Join();
        foreach (var wake in _wake) wake.Dispose();
    }

    private static void Enter<TJob>(void* job, int part, int worker)
        where TJob : unmanaged, IJob => Unsafe.AsRef<TJob>(job).Run(part, worker);

    private static long Number(long ticket) => ticket >> 32;

    /// <summary>The next job's ticket, once all that it needs is written.</summary>
    private void Announce(int parts)
    {
        Interlocked.Exchange(ref _ticket, ((Number(_ticket) + 1) << 32) | (uint)parts);
        for (int i = 0; i < _threads.Length; i++)
        {
            if (Interlocked.Exchange(ref _sleeping[i], 0) == 1) _wake[i].Release();
        }
    }

    private void Work(int worker)
    {
        for (; ; )
        {
            long ticket = Volatile.Read(ref _ticket);
            int left = (int)ticket;
            if (left == 0) return;
            if (Interlocked.CompareExchange(ref _ticket, ticket - 1, ticket) != ticket) continue;
            int done = 1;
            try
            {
                _entry(_job, _parts - left, worker);
            }
            catch (Exception e)
            {
                Interlocked.CompareExchange(ref _failure, e, null);
                // Nobody need begin what is left.
                done += (int)Interlocked.Exchange(ref _ticket, Number(ticket) << 32);
            }

            Interlocked.Add(ref _unfinished, -done);
        }
    }

    private void Loop(int index)
    {
        long seen = 0;
        for (; ; )
        {
            for (int n = 0; n < SpinsBeforeSleep && IsOld(seen); n++) Thread.SpinWait(10);
            while (IsOld(seen))
            {
                // Announce the sleep, then look again: the waker either sees the flag or has already moved on.
                Interlocked.Exchange(ref _sleeping[index], 1);
                if (IsOld(seen) || Interlocked.Exchange(ref _sleeping[index], 0) == 0) _wake[index].Wait();
            }

            seen = Number(Volatile.Read(ref _ticket));
            if (_stop) return;
            Work(index + 1);
        }
    }

    private bool IsOld(long seen) => Number(Volatile.Read(ref _ticket)) == seen;
}
