using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using NeuralBurden.Compute.Devices;
using NeuralBurden.Compute.Tensors;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace NeuralBurden.Vit.Distributed;

/// <summary>
/// All processes that mpirun started, over Open MPI. Gradients are reduced by MPI_Iallreduce, which keeps a fixed order
/// of additions for a given count and number of ranks. Open MPI carries requests on within its calls only, so each
/// <see cref="Begin"/> looks after the earlier ones.
/// </summary>
public sealed unsafe class MpiWorld : IGradientExchange, IDisposable
{
    private readonly MpiLibrary _mpi;
    private readonly Dictionary<(DeviceBuffer Buffer, long Offset), float[]> _staging = [];
    private (Tensor Tensor, float[]? Staged)[] _begun = new (Tensor, float[]?)[16];
    private nint* _requests;
    private Device? _device;
    private int _count;

    private MpiWorld(MpiLibrary mpi)
    {
        _mpi = mpi;
        int rank, ranks;
        _mpi.Rank(_mpi.World, &rank);
        _mpi.Size(_mpi.World, &ranks);
        (Rank, Ranks) = (rank, ranks);
        _requests = Requests(_begun.Length);
    }

    public int Rank { get; }

    public int Ranks { get; }

    /// <summary>Time that <see cref="Finish"/> has waited: what the exchange cost beyond what it overlapped with.</summary>
    public TimeSpan Waited { get; private set; }

    /// <summary>Gradients exchanged so far.</summary>
    public int Exchanges { get; private set; }

    /// <summary>Joins the job that this process was started in; once per process.</summary>
    /// <exception cref="MpiException">There is no Open MPI here.</exception>
    public static MpiWorld Join()
    {
        var mpi = MpiLibrary.Load();
        int provided;
        // An error inside MPI ends the job with MPI's own message: there is nothing to go on with.
        mpi.Init(null, null, MpiLibrary.Serialized, &provided);
        return new MpiWorld(mpi);
    }

    public void Begin(Device device, in Tensor gradient)
    {
        if (_count == _begun.Length) Grow();
        _device = device;
        float[]? staged = null;
        // Host memory of a device is native and stays where it is.
        if (!device.TryGetHostSpan(gradient, out var values))
        {
            staged = Staging(gradient);
            device.Download(gradient, staged);
            values = staged;
        }

        _begun[_count] = (gradient, staged);
        void* start = Unsafe.AsPointer(ref MemoryMarshal.GetReference(values));
        _mpi.Iallreduce(
            MpiLibrary.InPlace, start, values.Length, _mpi.Float, _mpi.Sum, _mpi.World, _requests + _count);
        _count++;
        int done;
        _mpi.Testall(_count, _requests, &done, null);
    }

    public void Finish()
    {
        long start = Stopwatch.GetTimestamp();
        _mpi.Waitall(_count, _requests, null);
        Waited += Stopwatch.GetElapsedTime(start);
        Exchanges++;
        float share = 1f / Ranks;
        for (int i = 0; i < _count; i++)
        {
            var (tensor, staged) = _begun[i];
            if (staged is not null || !_device!.TryGetHostSpan(tensor, out var values)) values = staged;
            TensorPrimitives.Multiply(values, share, values);
            if (staged is not null) _device!.Upload(staged, tensor);
        }

        _count = 0;
    }

    public void Sum(Span<float> values)
    {
        fixed (float* start = values)
            _mpi.Allreduce(MpiLibrary.InPlace, start, values.Length, _mpi.Float, _mpi.Sum, _mpi.World);
    }

    public bool Any(bool here)
    {
        ulong value = here ? 1UL : 0;
        _mpi.Allreduce(MpiLibrary.InPlace, &value, 1, _mpi.UInt64, _mpi.Maximum, _mpi.World);
        return value != 0;
    }

    public bool Agrees(ulong value)
    {
        // The largest value and the complement of the smallest.
        ulong* both = stackalloc ulong[] { value, ~value };
        _mpi.Allreduce(MpiLibrary.InPlace, both, 2, _mpi.UInt64, _mpi.Maximum, _mpi.World);
        return both[0] == ~both[1];
    }

    /// <summary>Ends all processes of the job, this one included.</summary>
    public void Abort(int exitCode) => _mpi.Abort(_mpi.World, exitCode);

    /// <summary>Leaves the job; waits for the others to do the same.</summary>
    public void Dispose()
    {
        if (_requests == null) return;
        _mpi.Finalize();
        NativeMemory.Free(_requests);
        _requests = null;
    }

    private static nint* Requests(int count) => (nint*)NativeMemory.Alloc((nuint)count, (nuint)sizeof(nint));

    private float[] Staging(in Tensor tensor)
    {
        if (!_staging.TryGetValue((tensor.Buffer, tensor.Offset), out float[]? staged) || staged.Length != tensor.Count)
        {
            staged = GC.AllocateUninitializedArray<float>((int)tensor.Count, pinned: true);
            _staging[(tensor.Buffer, tensor.Offset)] = staged;
        }

        return staged;
    }

    private void Grow()
    {
        nint* larger = Requests(2 * _count);
        new ReadOnlySpan<nint>(_requests, _count).CopyTo(new Span<nint>(larger, _count));
        NativeMemory.Free(_requests);
        _requests = larger;
        Array.Resize(ref _begun, 2 * _count);
    }
}
