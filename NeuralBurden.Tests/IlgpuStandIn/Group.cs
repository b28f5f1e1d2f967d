#pragma warning disable IDE0130 // The namespace is that of the type it stands in for.
using NeuralBurden.Tests.IlgpuStandIn;

namespace ILGPU;

internal static class Group
{
    public static int IdxX => GroupContext.Thread;

    public static int DimX => GroupContext.Current.Threads;

    public static void Barrier() => GroupContext.Current.Barrier();
}
