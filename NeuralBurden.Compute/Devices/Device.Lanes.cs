namespace NeuralBurden.Compute.Devices;

public abstract partial class Device
{
    /// <summary>
    /// Devices of one core each that use this one's memory beside their own. While this device rests they may be driven at
    /// the same time, each by one thread; empty where there is one core, or where nothing but ops divides the work.
    /// </summary>
    public virtual IReadOnlyList<Device> Lanes => [];

    /// <summary>
    /// Calls <paramref name="work"/>(part, lane) for each part, on the lanes at the same time, and returns when the last
    /// part is done. Parts go to whichever lane is free: results must not depend on it.
    /// </summary>
    public virtual void OnLanes(Action<int, int> work, int parts) =>
        throw new NotSupportedException($"'{Info.Id}' has no lanes");
}
