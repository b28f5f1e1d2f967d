using NeuralBurden.Compute.Devices;
using NeuralBurden.Vit.Settings;

namespace NeuralBurden.Cli.Running;

/// <summary>A place where one run at a time trains.</summary>
/// <param name="Device">Id of the device.</param>
/// <param name="Threads">Cores of it; null = all.</param>
internal sealed record RunSlot(string Device, int? Threads)
{
    /// <summary>The part of a device's id that results depend on: <c>cuda</c> of <c>cuda:1</c>.</summary>
    public static string KindOf(string device) => device.Split(':')[0];

    public bool Fits(string device) => KindOf(device) == KindOf(Device);

    /// <summary>One slot per device of a kind that a run asks for; the processor takes several runs.</summary>
    public static IReadOnlyList<RunSlot> For(IReadOnlyList<RunConfig> configs, int jobs, int? threads)
    {
        var slots = new List<RunSlot>();
        foreach (var kind in configs.GroupBy(c => KindOf(c.Device)))
        {
            string asked = kind.First().Device;
            if (!asked.Contains(':', StringComparison.Ordinal))
            {
                int own = threads ?? Math.Max(1, Environment.ProcessorCount / jobs);
                slots.AddRange(Enumerable.Repeat(new RunSlot(asked, own), jobs));
                continue;
            }

            var devices = DeviceCatalog.List().Where(d => d.Usable && KindOf(d.Id) == kind.Key).ToList();
            // Opening it says what is wrong with a device that is not there.
            slots.AddRange(devices.Count == 0
                ? [new RunSlot(asked, threads)]
                : devices.Select(d => new RunSlot(d.Id, threads)));
        }

        return slots;
    }
}
