using System.Buffers.Binary;
using System.Diagnostics;
using System.Text;
using NeuralBurden.Vit.Files;
using NeuralBurden.Vit.Formats;
using Xunit;
using Xunit.Abstractions;

namespace NeuralBurden.Tests.Formats;

/// <summary>
/// Random damage to sound files, a fixed budget (30 times larger with NB_LONG=1) with the seed printed. A
/// reader may return exactly the original content or throw its own exception; anything else, or memory beyond
/// the bound, fails.
/// </summary>
public sealed class FormatFuzzTests(ITestOutputHelper output) : IDisposable
{
    private const long MostBytesPerFile = 1 << 20;

    private static readonly int Budget =
        Environment.GetEnvironmentVariable("NB_LONG") == "1" ? 30_000 : 1_000;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Damaged_checkpoint_is_refused_or_holds_the_original_content()
    {
        string path = _folder.File("original");
        CheckpointSamples.TrainingFile(score: 0.5).Save(path);
        byte[] original = File.ReadAllBytes(path);

        int refused = Run(original, damaged =>
        {
            Checkpoint read = Checkpoint.Load(damaged);
            read.Save(damaged);
            Assert.Equal(original, File.ReadAllBytes(damaged));
        });

        Assert.InRange(refused, Budget / 2, Budget);
    }

    [Fact]
    public void Damaged_model_is_refused_or_expands_to_the_original_content()
    {
        string path = _folder.File("original");
        CheckpointSamples.ModelFile().Save(path);
        byte[] original = File.ReadAllBytes(path);

        int refused = Run(original, damaged =>
        {
            Checkpoint.Load(damaged).Save(damaged);
            Assert.Equal(original, File.ReadAllBytes(damaged));
        });

        Assert.InRange(refused, Budget / 2, Budget);
    }

    [Fact]
    public void Damaged_state_beside_a_model_is_refused_or_gives_the_original_checkpoint()
    {
        string model = _folder.File("damaged.safetensors"), state = _folder.File("damaged.state.safetensors");
        CheckpointPair.Save(CheckpointSamples.ModelFile(), CheckpointSamples.TrainingFile(), model);
        byte[] original = File.ReadAllBytes(state);

        int refused = Run(original, _ =>
        {
            Checkpoint read = CheckpointPair.Load(model);
            CheckpointPair.Save(CheckpointSamples.ModelFile(), read, model);
            Assert.Equal(original, File.ReadAllBytes(state));
        }, Path.GetFileName(state));

        Assert.InRange(refused, Budget / 2, Budget);
    }

    [Fact]
    public void Damaged_safetensors_file_is_refused_or_every_tensor_can_be_read()
    {
        string path = _folder.File("original");
        SafetensorsWriter.Write(
            path,
            [
                NamedTensor.Of("a", [2, 3], new float[6]),
                NamedTensor.Of("b", [4], new double[4]),
                NamedTensor.Of("c", [5], new byte[5]),
                NamedTensor.Of("d", [1], new[] { (Half)1 }),
            ],
            new Dictionary<string, string> { ["k"] = "v" });

        int refused = Run(File.ReadAllBytes(path), damaged =>
        {
            using SafetensorsReader reader = SafetensorsReader.Open(damaged);
            long end = 0;
            foreach (TensorInfo info in reader.Names.Select(reader.Get))
            {
                if (info.Dtype.IsFloat()) reader.ReadFloats(info.Name, new float[info.ElementCount]);
                else if (info.Dtype == TensorDtype.U8) reader.ReadBytes(info.Name, new byte[info.ElementCount]);
                end = Math.Max(end, info.Offset + info.ByteLength);
            }
            if (reader.Names.Count > 0)
                Assert.Equal(new FileInfo(damaged).Length, end);
        });

        Assert.InRange(refused, Budget / 4, Budget - 1);
    }

    private int Run(byte[] original, Action<string> read, string name = "damaged")
    {
        int seed = Environment.TickCount;
        output.WriteLine($"seed {seed}, {Budget} files");
        var random = new Random(seed);
        var clock = Stopwatch.StartNew();
        int refused = 0;
        for (int i = 0; i < Budget; i++)
        {
            byte[] damaged = Damage(original, random);
            string path = _folder.File(name, damaged);
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                read(path);
            }
            catch (MalformedFileException e)
            {
                Assert.StartsWith($"{path}: {e.Field}: ", e.Message);
                refused++;
            }
            catch (Exception e)
            {
                Assert.Fail($"seed {seed}, file {i}: {e}\n{Convert.ToHexString(damaged)}");
            }
            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(allocated < MostBytesPerFile, $"seed {seed}, file {i}: {allocated} bytes allocated");
        }
        output.WriteLine($"{refused} refused, {clock.ElapsedMilliseconds} ms");
        return refused;
    }

    private static byte[] Damage(byte[] original, Random random)
    {
        byte[] file = [.. original];
        for (int hits = random.Next(1, 4); hits > 0 && file.Length > 0; hits--)
            file = DamageOnce(file, random);
        return file;
    }

    private static byte[] DamageOnce(byte[] file, Random random)
    {
        int at = random.Next(file.Length);
        switch (random.Next(8))
        {
            case 0:
                file[at] ^= (byte)(1 << random.Next(8));
                return file;
            case 1:
                file[at] = (byte)random.Next(256);
                return file;
            case 2:
                return file[..at];
            case 3:
                return [.. file, .. new byte[random.Next(1, 40)]];
            case 4:
                return [.. file[..at], .. file[random.Next(at, file.Length)..]]; // a piece cut out
            case 5:
                return [.. file[..at], .. file[random.Next(at + 1)..]]; // a piece repeated
            case 6 when file.Length >= 8:
                long length = random.Next(3) == 0 ? random.NextInt64() : random.Next(2 * file.Length);
                BinaryPrimitives.WriteInt64LittleEndian(file, length);
                return file;
            default:
                return ReplaceDigits(file, random);
        }
    }

    /// <summary>Puts another number where the text has one, and keeps a safetensors header length
    /// right.</summary>
    private static byte[] ReplaceDigits(byte[] file, Random random)
    {
        int start = Array.FindIndex(file, random.Next(file.Length), b => char.IsAsciiDigit((char)b));
        if (start < 8)
            return file;
        int end = start;
        while (end < file.Length && char.IsAsciiDigit((char)file[end]))
            end++;
        string[] numbers = ["0", "1", "8", "-1", "1e3", "9223372036854775807", "99999999999999999999"];
        byte[] number = Encoding.ASCII.GetBytes(numbers[random.Next(numbers.Length)]);
        byte[] edited = [.. file[..start], .. number, .. file[end..]];
        if (file[0] != 0x93)
        {
            BinaryPrimitives.WriteInt64LittleEndian(
                edited, BinaryPrimitives.ReadInt64LittleEndian(file) + edited.Length - file.Length);
        }

        return edited;
    }
}
