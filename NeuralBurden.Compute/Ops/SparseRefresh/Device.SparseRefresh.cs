using NeuralBurden.Compute.Sparse;

namespace NeuralBurden.Compute.Devices;

public abstract partial class Device
{
    /// <summary>The kept values of <paramref name="w"/> become those that its dense matrix has now.</summary>
    /// <exception cref="ArgumentException">The matrix lives on another device.</exception>
    public void SparseRefresh(SparseMatrix w)
    {
        RequireHere("SparseRefresh", w);
        if (w.Count > 0) SparseRefreshCore(w);
    }

    protected virtual void SparseRefreshCore(SparseMatrix w)
    {
    }
}
