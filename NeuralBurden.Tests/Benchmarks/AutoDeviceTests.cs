using NeuralBurden.Cli;
using NeuralBurden.Cli.Output;
using NeuralBurden.Compute.Devices;
using NeuralBurden.Vit.Benchmarks;
using Xunit;

namespace NeuralBurden.Tests.Benchmarks;

/// <summary><c>device: auto</c> and the check that it rests on.</summary>
[Collection(EmulatedCollection.Name)]
public sealed class AutoDeviceTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("nb-auto-").FullName;

    private static readonly DeviceListing Cpu = new("cpu", "processor", true, "", 0, []);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_first_GPU_that_passes_is_taken_and_remembered()
    {
        DeviceListing[] listings = [Cpu, Gpu("opencl:0"), Gpu("cuda:0"), Gpu("cuda:1")];
        var asked = new List<string>();
        var first = AutoDevice.Choose(listings, new CheckedDevices(_folder), Check("cuda:1"));
        Assert.Equal("cuda:1", first.Id);
        Assert.Contains("passed just now", first.Reason, StringComparison.Ordinal);
        Assert.Equal(["cuda:0", "cuda:1"], asked);

        var second = AutoDevice.Choose(listings, new CheckedDevices(_folder), Check("cuda:1"));
        Assert.Equal("cuda:1", second.Id);
        Assert.Contains("passed on 2026-11-27", second.Reason, StringComparison.Ordinal);
        Assert.Equal(2, asked.Count);

        Func<DeviceListing, CheckedDevices, bool> Check(string sound) => (listing, known) =>
        {
            asked.Add(listing.Id);
            known.Record(listing, listing.Id == sound, new DateTime(2026, 11, 27, 0, 0, 0, DateTimeKind.Utc));
            return listing.Id == sound;
        };
    }

    [Fact]
    public void Another_driver_is_another_device()
    {
        var known = new CheckedDevices(_folder);
        known.Record(Gpu("cuda:0", "driver 12.4"), true, DateTime.UtcNow);
        Assert.True(known.Find(Gpu("cuda:0", "driver 12.4"))?.Passed);
        Assert.Null(known.Find(Gpu("cuda:0", "driver 13.0")));
        Assert.Null(known.Find(Gpu("cuda:1", "driver 12.4")));
    }

    [Theory]
    [InlineData("no JSON")]
    [InlineData("[1]")]
    [InlineData("{\"x\": 3}")]
    public void A_damaged_memory_is_as_good_as_none(string text)
    {
        File.WriteAllText(Path.Combine(_folder, "checked-devices.json"), text);
        var known = new CheckedDevices(_folder);
        Assert.Null(known.Find(Gpu("cuda:0")));
        known.Record(Gpu("cuda:0"), false, DateTime.UtcNow);
        Assert.False(known.Find(Gpu("cuda:0"))?.Passed);
    }

    [Fact]
    public void Without_a_sound_GPU_it_is_the_processor_and_the_reason_is_told()
    {
        var absent = new DeviceListing("cuda", "", false, "no NVIDIA driver", 0, []);
        var choice = AutoDevice.Choose([Cpu, absent], new CheckedDevices(_folder), (_, _) => false);
        Assert.Equal("cpu", choice.Id);
        Assert.Contains("no NVIDIA driver", choice.Reason, StringComparison.Ordinal);
        choice = AutoDevice.Choose([Cpu, Gpu("opencl:0")], new CheckedDevices(_folder), (_, _) => false);
        Assert.Equal(("cpu", "opencl:0 failed its check just now"), (choice.Id, choice.Reason));

        // The processor behind OpenCL is none.
        var pocl = Gpu("opencl:0", "Portable Computing Language 3.0");
        Assert.Equal("cpu", AutoDevice.Choose([Cpu, pocl], new CheckedDevices(_folder), (_, _) => true).Id);
    }

    [Fact]
    public void The_quick_check_says_how_many_checks_there_are_and_what_to_do()
    {
        var output = new StringWriter();
        string[] arguments = ["check", "--quick", "--device", "cpu", "--threads", "1"];
        Assert.Equal(0, NbProgram.Run(arguments, Shell.Of(output, new StringWriter(), NbProgram.Engine)));
        string[] lines = output.ToString().TrimEnd().Split('\n');
        int steps = lines.Count(l => l.StartsWith("  ok ", StringComparison.Ordinal));
        Assert.Contains($"  {steps} checks", lines);
        Assert.Contains("two steps", lines[^2], StringComparison.Ordinal);
        Assert.StartsWith("all checks passed: nb run CONFIG --device cpu", lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void The_quick_check_of_the_emulation_passes()
    {
        var begun = new List<string>();
        var check = new DeviceCheck("ilgpu-cpu", 0, 1) { Quick = true, Begins = (n, count, _) => begun.Add($"{n} of {count}") };
        var steps = check.Run(default).ToList();
        Assert.All(steps, s => Assert.True(s.Passed, $"{s.Name}: {s.Detail}"));
        Assert.Equal(Enumerable.Range(1, check.Count).Select(n => $"{n} of {check.Count}"), begun);
    }

    private static DeviceListing Gpu(string id, string capability = "driver 1.0") => new(id, "card", true, "", 1, [capability]);
}
