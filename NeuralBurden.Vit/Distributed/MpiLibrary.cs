using System.Runtime.InteropServices;

namespace NeuralBurden.Vit.Distributed;

/// <summary>
/// The functions of Open MPI that the program calls, found at run time. In Open MPI the handles of communicators, types
/// and operations are addresses of symbols.
/// </summary>
internal sealed unsafe class MpiLibrary
{
    /// <summary>MPI_THREAD_SERIALIZED: any thread may call, one at a time.</summary>
    public const int Serialized = 2;

    /// <summary>MPI_IN_PLACE: the receive buffer is the send buffer too.</summary>
    public static readonly void* InPlace = (void*)1;

    private static readonly string[] Names = ["libmpi.so.40", "libmpi.so", "libmpi.40.dylib", "libmpi.dylib"];

    private MpiLibrary(nint library)
    {
        nint Symbol(string name) => NativeLibrary.GetExport(library, name);
        World = Symbol("ompi_mpi_comm_world");
        Float = Symbol("ompi_mpi_float");
        UInt64 = Symbol("ompi_mpi_uint64_t");
        Sum = Symbol("ompi_mpi_op_sum");
        Maximum = Symbol("ompi_mpi_op_max");
        Init = (delegate* unmanaged<int*, byte***, int, int*, int>)Symbol("MPI_Init_thread");
        Rank = (delegate* unmanaged<nint, int*, int>)Symbol("MPI_Comm_rank");
        Size = (delegate* unmanaged<nint, int*, int>)Symbol("MPI_Comm_size");
        Allreduce = (delegate* unmanaged<void*, void*, int, nint, nint, nint, int>)Symbol("MPI_Allreduce");
        Iallreduce = (delegate* unmanaged<void*, void*, int, nint, nint, nint, nint*, int>)Symbol("MPI_Iallreduce");
        Testall = (delegate* unmanaged<int, nint*, int*, void*, int>)Symbol("MPI_Testall");
        Waitall = (delegate* unmanaged<int, nint*, void*, int>)Symbol("MPI_Waitall");
        Barrier = (delegate* unmanaged<nint, int>)Symbol("MPI_Barrier");
        Abort = (delegate* unmanaged<nint, int, int>)Symbol("MPI_Abort");
        Finalize = (delegate* unmanaged<int>)Symbol("MPI_Finalize");
    }

    public nint World { get; }

    public nint Float { get; }

    public nint UInt64 { get; }

    public nint Sum { get; }

    public nint Maximum { get; }

    public delegate* unmanaged<int*, byte***, int, int*, int> Init { get; }

    public delegate* unmanaged<nint, int*, int> Rank { get; }

    public delegate* unmanaged<nint, int*, int> Size { get; }

    public delegate* unmanaged<void*, void*, int, nint, nint, nint, int> Allreduce { get; }

    public delegate* unmanaged<void*, void*, int, nint, nint, nint, nint*, int> Iallreduce { get; }

    public delegate* unmanaged<int, nint*, int*, void*, int> Testall { get; }

    public delegate* unmanaged<int, nint*, void*, int> Waitall { get; }

    public delegate* unmanaged<nint, int> Barrier { get; }

    public delegate* unmanaged<nint, int, int> Abort { get; }

    public delegate* unmanaged<int> Finalize { get; }

    /// <exception cref="MpiException">There is no Open MPI, or it is another MPI.</exception>
    public static MpiLibrary Load()
    {
        string? other = null;
        foreach (string name in Names)
        {
            if (!NativeLibrary.TryLoad(name, out nint library)) continue;
            if (NativeLibrary.TryGetExport(library, "ompi_mpi_comm_world", out _)) return new MpiLibrary(library);
            other ??= name;
        }

        throw new MpiException(other is null
            ? $"this is a job of several processes, but none of {string.Join(", ", Names)} can be loaded: install Open MPI "
                + "(Debian: libopenmpi3) or add its folder to LD_LIBRARY_PATH"
            : $"{other} is not Open MPI; add the folder of Open MPI's libmpi to LD_LIBRARY_PATH");
    }
}
