using NeuralBurden.Compute.Devices;
using NeuralBurden.Compute.Tensors;
using NeuralBurden.Tests.Training;
using NeuralBurden.Vit.Data;
using NeuralBurden.Vit.Data.Import;
using NeuralBurden.Vit.Data.Storage;
using NeuralBurden.Vit.Files;
using NeuralBurden.Vit.Settings;
using NeuralBurden.Vit.Training;
using Xunit;

namespace NeuralBurden.Tests.Data;

/// <summary>Images are the same in memory, in a mapped file and in pictures, uploaded at once or batch by batch.</summary>
public sealed class PixelStoreTests : IDisposable
{
    private readonly PictureFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1, null)]
    [InlineData(3, null)]
    [InlineData(3, 6)]
    [InlineData(2, 5)]
    public void A_folder_gives_the_same_set_packed_linked_and_with_any_number_of_threads(int channels, int? size)
    {
        Pictures("set", perClass: 9, channels, mixed: channels == 2);
        var packed = Import("packed", new ImportOptions(size));
        var linked = Import("linked", new ImportOptions(size, Link: true));
        Directory.CreateDirectory(_folder["again"]);
        ImageFolderImporter.Import(_folder["set"], _folder["again/packed.nbset"], new ImportOptions(size, Threads: 1));

        Assert.Equal(File.ReadAllBytes(_folder["packed.nbset"]), File.ReadAllBytes(_folder["again/packed.nbset"]));
        foreach (var (a, b) in new[] { (packed.Train, linked.Train), (packed.Test, linked.Test) })
        {
            Assert.Equal(a.AllPixels(), b.AllPixels());
            Assert.Equal(a.Labels, b.Labels);
            Assert.Equal((a.Sha256, a.Channels), (b.Sha256, b.Channels));
            Assert.Equal(a.Digest(), a.Sha256);
            Assert.Equal(b.Digest(), b.Sha256);
            Assert.Equal(a.Mean.Concat(a.Std), b.Mean.Concat(b.Std));
        }

        var memory = InMemory(packed.Train);
        Assert.Equal(memory.Sha256, packed.Train.Sha256);
        Assert.Equal(memory.Mean.Concat(memory.Std), packed.Train.Mean.Concat(packed.Train.Std));
        PackedDataset.Verify(_folder["packed.nbset"]);
        PackedDataset.Verify(_folder["linked.nbset"]);
        Assert.True(new FileInfo(_folder["linked.nbset"]).Length < 16_384);
    }

    [Theory]
    [InlineData("reference")]
    [InlineData("cpu")]
    [InlineData("ilgpu-cpu")]
    public void Batches_are_the_same_bits_resident_and_streamed_from_every_store_whatever_was_expected(string name)
    {
        Pictures("set", perClass: 20, 3, mixed: false);
        var packed = Import("packed", new ImportOptions(6)).Train;
        ImageDataset[] sets = [InMemory(packed), packed, Import("linked", new ImportOptions(6, Link: true)).Train];
        using var device = DeviceCatalog.Open(name);
        var random = new Random(3);
        using var resident = new DeviceImages(device, sets[0], 8, packed.Mean, packed.Std);
        foreach (var set in sets)
        {
            var (kept, _) = set.HoldOut(7);
            using var streamed = new DeviceImages(device, set, 8, packed.Mean, packed.Std, mostResidentBytes: 0);
            using var part = new DeviceImages(device, kept, 8, packed.Mean, packed.Std, mostResidentBytes: 0);
            using var whole = new DeviceImages(device, InMemory(sets[0].HoldOut(7).Kept), 8, packed.Mean, packed.Std);
            for (int step = 0; step < 12; step++)
            {
                int b = random.Next(1, 9);
                int[] indices = [.. Enumerable.Range(0, b).Select(_ => random.Next(kept.Count))];
                int[] jitter = step % 3 == 0 ? [] : [.. Enumerable.Range(0, 3 * b).Select(i => random.Next(i % 3 == 2 ? 2 : 5))];
                Assert.Equal(Load(device, resident, indices, jitter), Load(device, streamed, indices, jitter));
                Assert.Equal(Load(device, whole, indices, jitter), Load(device, part, indices, jitter));
                // Rightly, wrongly or not at all.
                if (step % 2 == 0) streamed.Expect([random.Next(kept.Count), 0]);
                if (step % 4 == 1) part.Expect([]);
            }
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Batches_of_training_are_functions_of_the_step_alone_resident_and_streamed(bool prepared)
    {
        Pictures("set", perClass: 20, 3, mixed: false);
        var linked = Import("linked", new ImportOptions(6, Link: true)).Train;
        var memory = InMemory(linked);
        var config = TrainingRuns.Small with
        {
            Train = new TrainConfig { BatchSize = 8, Accumulate = 2 },
            Augment = new AugmentConfig
            {
                CropPadding = 1,
                HorizontalFlip = true,
                Mixup = prepared ? 0.5 : 0,
                RandomErasing = prepared ? 0.5 : 0,
            },
        };
        using var device = DeviceCatalog.Open("cpu");
        using var resident = new DeviceImages(device, memory, 4, memory.Mean, memory.Std);
        using var streamed = new DeviceImages(device, linked, 4, memory.Mean, memory.Std, mostResidentBytes: 0);
        using var expected = new TrainingBatches(device, resident, config);
        using var found = new TrainingBatches(device, streamed, config);

        foreach (int step in (int[])[0, 1, 2, 3, 4, 5, 2, 17, 18, 0])
        {
            expected.Begin(step);
            found.Begin(step);
            for (int part = 0; part < 2; part++) Assert.Equal(All(expected.Load(part)), All(found.Load(part)));
        }

        float[] All(TrainingBatch batch) =>
        [
            .. Floats(device, batch.Images), .. Ints(device, batch.Labels),
            .. batch.Shares.IsNone ? [] : Floats(device, batch.Shares),
        ];
    }

    [Fact]
    public void Decoded_pictures_are_kept_up_to_the_bound_and_no_further()
    {
        Pictures("set", perClass: 10, 3, mixed: false);
        string[] files = Directory.GetFiles(_folder["set"], "*.png", SearchOption.AllDirectories);
        uint[] checksums = [.. files.Select(f => Vit.Formats.Crc32C.Of(Planes(f)))];
        foreach (long most in (long[])[0, 107, 108, 500, 1 << 20])
        {
            var store = new FolderPixels("/", files, new PictureRule(6, false), (3, 6, 6), checksums, 4, most);
            Parallel.For(0, 8 * files.Length, i =>
            {
                byte[] pixels = new byte[108];
                store.Read(i % files.Length, pixels);
                Assert.Equal(checksums[i % files.Length], Vit.Formats.Crc32C.Of(pixels));
            });

            Assert.Equal(Math.Min(most / 108, files.Length), store.Kept);
        }

        byte[] Planes(string file)
        {
            byte[] pixels = new byte[108];
            PictureRule.ToPlanes(new PictureRule(6, false).Read(file), 3, pixels);
            return pixels;
        }
    }

    [Fact]
    public void A_picture_that_changed_or_went_since_the_import_is_named()
    {
        Pictures("set", perClass: 3, 3, mixed: false);
        var (train, _) = Import("linked", new ImportOptions(6, TestShare: 0.4, Link: true));
        string[] files = Directory.GetFiles(_folder["set"], "*.png", SearchOption.AllDirectories);
        foreach (string file in files)
        {
            byte[] before = File.ReadAllBytes(file);
            foreach (string change in (string[])["another", "gone", "text"])
            {
                if (change == "another") _folder.Noise(Path.GetRelativePath(_folder.Path, file), 7, 7, 3, seed: 999);
                else if (change == "gone") File.Delete(file);
                else File.WriteAllText(file, "none");

                var error = Assert.Throws<DataFormatException>(() => PackedDataset.Verify(_folder["linked.nbset"]));
                Assert.Contains(file, error.Message);
                File.WriteAllBytes(file, before);
            }
        }

        PackedDataset.Verify(_folder["linked.nbset"]);
        Assert.Equal(train.Sha256, train.Digest());
    }

    [Fact]
    public void A_mapped_file_that_is_cut_while_it_is_in_use_is_an_error_and_not_the_end()
    {
        Pictures("set", perClass: 4, 3, mixed: false);
        var (train, _) = Import("packed", new ImportOptions(6));
        _ = train.Image(0);
        using (var stream = new FileStream(_folder["packed.nbset"], FileMode.Open)) stream.SetLength(4096);

        Assert.Contains("packed.nbset", Assert.Throws<IOException>(() => train.Image(1)).Message);
    }

    private static ImageDataset InMemory(ImageDataset set) => new(
        set.Name, set.Channels, set.Height, set.Width, set.ClassNames, set.AllPixels(), set.Labels.ToArray());

    private static float[] Load(Device device, DeviceImages images, int[] indices, int[] jitter)
    {
        var (pixels, labels) = images.Load(indices, jitter);
        return [.. Floats(device, pixels), .. Ints(device, labels)];
    }

    private static float[] Floats(Device device, in Tensor tensor)
    {
        float[] values = new float[tensor.Count];
        device.Download(tensor, values);
        return values;
    }

    private static float[] Ints(Device device, in Tensor tensor)
    {
        int[] values = new int[tensor.Count];
        device.Download(tensor, values);
        return [.. values.Select(v => (float)v)];
    }

    private ImageDatasetPair Import(string name, ImportOptions options) =>
        ImageFolderImporter.Import(_folder["set"], _folder[$"{name}.nbset"], options);

    // Of several sizes where a mixed set is asked for, grey ones among them.
    private void Pictures(string root, int perClass, int channels, bool mixed)
    {
        foreach (string name in (string[])["a", "b", "c"])
        {
            for (int i = 0; i < perClass; i++)
            {
                int side = mixed ? 6 + (i % 5) : 7;
                _folder.Noise($"{root}/{name}/{i}.png", side, 7, mixed ? i % 2 * 2 + 1 : channels, seed: (name[0] * 100) + i);
            }
        }
    }
}
