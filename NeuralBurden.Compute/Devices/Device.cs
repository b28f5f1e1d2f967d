using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Devices;

/// <summary>
/// A place where tensors live and ops run. Every op is one public method, declared beside its contract in
/// <c>Ops/&lt;Op&gt;/</c>: it checks its arguments once and calls the protected core, which trusts them. Ops are
/// enqueued in order; results are there after <see cref="DeviceMemory.Synchronize"/> or a download. Not thread-safe: one
/// thread drives a device.
/// </summary>
public abstract partial class Device : DeviceMemory
{
    public abstract DeviceInfo Info { get; }

    /// <inheritdoc/>
    public sealed override string Id => Info.Id;

    /// <summary>
    /// Tokens that a pass without a backward pass takes at once: as many as keep the device busy while what one op writes
    /// is still in its caches when the next one reads it. Results do not depend on it.
    /// </summary>
    public virtual int TokensAtOnce => int.MaxValue;
}
