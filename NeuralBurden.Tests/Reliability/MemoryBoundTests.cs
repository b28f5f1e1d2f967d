using NeuralBurden.Tests.Data;
using NeuralBurden.Vit.Data;
using NeuralBurden.Vit.Formats;
using NeuralBurden.Vit.Imaging;
using NeuralBurden.Vit.Runs;
using Xunit;

namespace NeuralBurden.Tests.Reliability;

/// <summary>
/// The real program imports and trains from pictures of 224 x 224 pixels and never holds them all: 2,400 of them, 361 MB,
/// in every run of the tests; with NB_LONG=1 60,000, 9 GB, in under 2 GB.
/// </summary>
public sealed class MemoryBoundTests : IDisposable
{
    private const int Side = 224, Drawn = 40;

    private readonly PictureFolder _folder = new();

    private static bool IsLong => Environment.GetEnvironmentVariable("NB_LONG") == "1";

    private static int Pictures => IsLong ? 60_000 : 2_400;

    private static long MostBytes => IsLong ? 2_000_000_000 : 700_000_000;

    public void Dispose() => _folder.Dispose();

    [SkippableFact]
    public void A_folder_larger_than_memory_is_imported_and_trained_from_packed_and_linked_to_the_same_bits()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "the peak of a process is read from /proc");
        Draw();
        foreach (string link in (string[])["packed", "linked"])
        {
            string[] options = link == "linked" ? ["--link"] : [];
            Within("data", ["import", _folder["set"], "--out", _folder[link + ".nbset"], .. options]);
            string config = _folder.Text(link + ".yaml", $$"""
                name: {{link}}
                data: {name: {{_folder[link + ".nbset"]}}}
                model: {dim: 16, depth: 1, heads: 2, patch: 32}
                train: {epochs: 1, batch_size: 64}
                augment: {crop_padding: 8, horizontal_flip: true}
                burden: {probe_images: 16}
                """);
            string threads = link == "linked" ? "2" : "1";
            Within("train", [config, "--out", _folder["runs-" + link], "--threads", threads]);
        }

        var (packed, linked) = (Model("packed"), Model("linked"));
        Assert.Equal(packed.Names, linked.Names);
        foreach (string name in packed.Names) Assert.Equal(packed.ReadRaw(name), linked.ReadRaw(name));
        packed.Dispose();
        linked.Dispose();
        var manifest = PackedDataset.ReadManifest(_folder["packed.nbset"]);
        Assert.Equal(Pictures, manifest.TrainCount + manifest.TestCount);
    }

    private SafetensorsReader Model(string link) => SafetensorsReader.Open(
        Path.Combine(Assert.Single(Directory.GetDirectories(_folder["runs-" + link])), RunFolder.ModelFile));

    private void Within(string command, params string[] arguments)
    {
        using var process = new NbProcess([command, .. arguments]);
        long peak = 0;
        process.WaitUntil(() =>
        {
            peak = Math.Max(peak, PeakOf(process.Id));
            return false;
        });
        Assert.True(process.WaitForExit() == 0, process.Text);
        Assert.True(peak > 0 && peak < MostBytes, $"{command} {arguments[0]}: {peak} bytes; allowed: up to {MostBytes}");
    }

    // The highest resident size so far, mapped pages included.
    private static long PeakOf(int process)
    {
        try
        {
            string line = File.ReadLines($"/proc/{process}/status").FirstOrDefault(l => l.StartsWith("VmHWM:")) ?? "VmHWM: 0 kB";
            return 1024 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]);
        }
        catch (IOException)
        {
            return 0; // it has just ended
        }
    }

    // A few pictures again and again: what is decoded and stored is as much as if all were different.
    private void Draw()
    {
        byte[] pixels = new byte[3 * Side * Side];
        for (int k = 0; k < Pictures; k++)
        {
            string name = $"set/{k % 2}/{k / 2:D5}.png";
            if (k >= Drawn)
            {
                File.Copy(_folder[$"set/{k % 2}/{k % Drawn / 2:D5}.png"], _folder[name]);
                continue;
            }

            for (int i = 0; i < pixels.Length; i++) pixels[i] = (byte)((k * 13) + (i / 3 % Side * (1 + (k % 2))) + (i % 3 * 40));
            _folder.Write(name, new RasterImage(Side, Side, 3, pixels));
        }
    }
}
