using NeuralBurden.Compute.Devices;

namespace NeuralBurden.Vit.Benchmarks;

/// <summary>
/// <c>device: auto</c>: the first usable GPU, CUDA before OpenCL, whose quick check has passed once on this machine and
/// driver, which is remembered (<see cref="CheckedDevices"/>); <c>cpu</c> where there is none. A GPU not yet known is
/// checked first.
/// </summary>
public static class AutoDevice
{
    private const int Cases = 40;

    private static readonly Lazy<DeviceChoice> OfThisProcess =
        new(() => Choose(DeviceCatalog.List(), CheckedDevices.OfUser(), IsSound));

    /// <summary>What was chosen; null as long as nobody asked.</summary>
    public static DeviceChoice? Chosen => OfThisProcess.IsValueCreated ? OfThisProcess.Value : null;

    /// <summary>The same answer throughout a process.</summary>
    public static DeviceChoice Choose() => OfThisProcess.Value;

    /// <param name="listings">The devices of the machine.</param>
    /// <param name="known">What was checked before.</param>
    /// <param name="check">The quick check of a device by its id, which also records how it ended.</param>
    public static DeviceChoice Choose(
        IReadOnlyList<DeviceListing> listings, CheckedDevices known, Func<DeviceListing, CheckedDevices, bool> check)
    {
        var refused = new List<string>();
        foreach (var listing in DeviceCatalog.GpusOf(listings))
        {
            var before = known.Find(listing);
            string when = before is { } result ? $"on {result.When:yyyy-MM-dd}" : "just now";
            if (before?.Passed ?? check(listing, known))
                return new DeviceChoice(listing.Id, $"the first usable GPU ({listing.Name}); its quick check passed {when}");
            refused.Add($"{listing.Id} failed its check {when}");
        }

        if (refused.Count > 0) return new DeviceChoice("cpu", string.Join(", ", refused));
        var absent = listings.Where(l => !l.Usable).Select(l => $"{l.Id}: {l.Reason}");
        return new DeviceChoice("cpu", $"no usable GPU ({string.Join("; ", absent)})");
    }

    private static bool IsSound(DeviceListing listing, CheckedDevices known)
    {
        bool passed;
        try
        {
            passed = new DeviceCheck(listing.Id, 0, Cases) { Quick = true }.Run(default).All(s => s.Passed);
            known.Record(listing, passed, DateTime.UtcNow);
        }
        catch (DeviceUnavailableException)
        {
            // It does not open today; tomorrow it may.
            passed = false;
        }

        return passed;
    }
}
