using System.Runtime.InteropServices;
using ILGPU;

namespace NeuralBurden.Tests.IlgpuStandIn;

/// <summary>
/// One group of a launch: its shared memory and its barrier. Threads that pass different numbers of barriers,
/// which hangs or corrupts a GPU, are an error here.
/// </summary>
internal sealed class GroupContext(
    int group, int groups, int threads, CancellationToken failure) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    // ILGPU's kernel functions are static, and so a thread has to know which group it works for.
    [ThreadStatic]
    private static GroupContext? _current;

    [ThreadStatic]
    private static int _thread;

    [ThreadStatic]
    private static int _allocations;

    private readonly List<Array> _shared = [];
    private readonly Barrier _barrier = new(threads);
    private readonly int[] _passed = new int[threads];
    private int _running = threads;

    public static GroupContext Current =>
        _current ?? throw new InvalidOperationException("not inside a kernel");

    public static int Thread => _thread;

    public int Group => group;

    public int Groups => groups;

    public int Threads => _passed.Length;

    /// <summary>Runs the kernel for one thread; true for the last thread of the group.</summary>
    public bool Run(int thread, Action kernel)
    {
        (_current, _thread, _allocations) = (this, thread, 0);
        try
        {
            kernel();
        }
        finally
        {
            _current = null;
        }

        // Threads that still wait for this one go on, to be found out when all have ended.
        _barrier.RemoveParticipant();
        if (Interlocked.Decrement(ref _running) > 0) return false;
        if (_passed.Distinct().Count() > 1)
            throw new InvalidOperationException("threads of one group passed different numbers of barriers");
        return true;
    }

    public void Barrier()
    {
        _passed[_thread]++;
        if (!_barrier.SignalAndWait(Patience, failure))
            throw new InvalidOperationException("a barrier was not reached by all threads of the group");
    }

    /// <summary>The n-th allocation of every thread is one array, filled with NaN and -1 at first.</summary>
    public ArrayView<T> Shared<T>(int length)
        where T : unmanaged
    {
        lock (_shared)
        {
            if (_allocations == _shared.Count)
            {
                var fresh = new T[length];
                MemoryMarshal.AsBytes(fresh.AsSpan()).Fill(0xFF);
                _shared.Add(fresh);
            }

            var array = (T[])_shared[_allocations++];
            if (array.Length != length)
                throw new InvalidOperationException(
                    $"threads allocate {array.Length} and {length} shared elements");
            return new ArrayView<T>(array, 0, length);
        }
    }

    public void Dispose() => _barrier.Dispose();
}
