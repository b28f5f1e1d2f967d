#pragma warning disable IDE0130 // The namespace is that of the type it stands in for.
using NeuralBurden.Tests.IlgpuStandIn;

namespace ILGPU;

internal static class Grid
{
    public static int IdxX => GroupContext.Current.Group;

    public static int DimX => GroupContext.Current.Groups;
}
