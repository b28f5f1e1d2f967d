#pragma warning disable IDE0130 // The namespace is that of the type it stands in for.
using NeuralBurden.Tests.IlgpuStandIn;

namespace ILGPU;

internal static class SharedMemory
{
    public static ArrayView<T> Allocate<T>(int length)
        where T : unmanaged =>
        GroupContext.Current.Shared<T>(length);
}
