using System.Runtime.InteropServices;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using NeuralBurden.Compute.Contracts;
using NeuralBurden.Vit.Formats;
using NeuralBurden.Vit.Formats.PyTorch;
using Xunit;

namespace NeuralBurden.Tests.Formats;

/// <summary>Generated <c>.pth</c> files: what they hold is read, what is damaged or asks for code is refused.</summary>
public sealed class TorchFileTests : IDisposable
{
    private static readonly string[] Places = ["", "state_dict", "model"];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Property(MaxTest = 150)]
    public Property Tensors_of_any_shape_type_and_protocol_are_read() =>
        Prop.ForAll(Gen.Choose(0, 1_000_000).ToArbitrary(), seed =>
        {
            var source = new CaseSource((ulong)seed);
            string path = _folder.File("m.pth"), place = source.Pick(Places);
            var expected = Write(source, source.Int(2, 5), place, path);

            var read = TorchFile.Read(path);

            Assert.Equal(expected.Keys, read.Select(t => t.Name));
            foreach (var tensor in read)
            {
                Assert.Equal(expected[tensor.Name].Shape, tensor.Shape.ToArray().Select(n => (long)n));
                Assert.Equal(expected[tensor.Name].Values, Values(tensor));
            }
        });

    [Theory]
    [InlineData("os", "system")]
    [InlineData("posix", "system")]
    [InlineData("builtins", "eval")]
    [InlineData("builtins", "getattr")]
    [InlineData("subprocess", "Popen")]
    [InlineData("torch", "load")]
    [InlineData("torch._utils", "_rebuild_tensor_v2.__globals__")]
    [InlineData("runpy", "_run_code")]
    public void Names_of_code_are_refused_before_anything_is_called(string module, string name)
    {
        for (int protocol = 2; protocol <= 5; protocol++)
        {
            var sample = new TorchSample(protocol).Begin().OrderedDict();
            // Without a call: the name alone is refused.
            sample.Name(module, name).Text("touch /tmp/owned").End();
            sample.Save(_folder.File("m.pth"));

            var error = Assert.Throws<CheckpointFormatException>(() => TorchFile.Read(_folder.File("m.pth")));

            Assert.Contains($"{module}.{name}: is Python code", error.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("i", "69-6f-73-0a-73-79-73-74-65-6d-0a")] // INST os system
    [InlineData("o", "6f")] // OBJ
    [InlineData("NEWOBJ_EX", "92")]
    [InlineData("EXT1", "82-01")]
    [InlineData("EXT4", "84-01-00-00-00")]
    [InlineData("PERSID", "50-61-0a")]
    [InlineData("NEXT_BUFFER", "97")]
    [InlineData("no instruction", "ff")]
    public void Instructions_that_no_tensor_needs_are_refused_by_their_code(string what, string code)
    {
        byte[] bytes = [.. code.Split('-').Select(b => Convert.ToByte(b, 16))];
        var sample = new TorchSample(2).Begin().OrderedDict().Raw((byte)'(').Raw(bytes).End();
        sample.Save(_folder.File("m.pth"));

        var error = Assert.Throws<CheckpointFormatException>(() => TorchFile.Read(_folder.File("m.pth")));

        Assert.True(error.Message.Contains($"instruction 0x{bytes[0]:x2}", StringComparison.Ordinal), $"{what}: {error.Message}");
    }

    [Property(MaxTest = 40)]
    public Property A_pickle_or_file_that_is_cut_short_is_refused_at_any_length() =>
        Prop.ForAll(Gen.Choose(0, 1_000_000).ToArbitrary(), seed =>
        {
            var source = new CaseSource((ulong)seed);
            string path = _folder.File("m.pth"), cut = _folder.File("cut.pth");
            Write(source, source.Int(2, 5), source.Pick(Places), path);
            byte[] whole = File.ReadAllBytes(path);
            byte[] pickle = Sample.Pickle;
            for (int i = 0; i < 20; i++)
            {
                Sample.Save(cut, pickle[..source.Int(0, pickle.Length - 1)]);
                Assert.Throws<CheckpointFormatException>(() => TorchFile.Read(cut));
                File.WriteAllBytes(cut, whole[..source.Int(4, whole.Length - 1)]);
                Assert.Throws<CheckpointFormatException>(() => TorchFile.Read(cut));
            }
        });

    [Property(MaxTest = 60)]
    public Property Damage_is_refused_or_harmless_and_never_another_error() =>
        Prop.ForAll(Gen.Choose(0, 1_000_000).ToArbitrary(), seed =>
        {
            var source = new CaseSource((ulong)seed);
            string path = _folder.File("m.pth"), bad = _folder.File("bad.pth");
            Write(source, source.Int(2, 5), source.Pick(Places), path);
            byte[] whole = File.ReadAllBytes(path);
            for (int i = 0; i < 20; i++)
            {
                byte[] pickle = Sample.Pickle, file = [.. whole];
                pickle[source.Int(0, pickle.Length - 1)] = (byte)source.Int(0, 255);
                file[source.Int(4, file.Length - 1)] = (byte)source.Int(0, 255);
                Sample.Save(bad, pickle);
                RefusedOrRead(bad);
                File.WriteAllBytes(bad, file);
                RefusedOrRead(bad);
            }
        });

    [Fact]
    public void A_view_beyond_its_storage_and_one_that_repeats_more_than_the_file_holds_are_refused()
    {
        (long Offset, long[] Shape, long[] Strides)[] views =
            [(3, [2], [1]), (0, [2, 2], [3, 1]), (0, [1 << 20, 1 << 20], [0, 0]), (0, [5], [0])];
        foreach (var (offset, shape, strides) in views)
        {
            var sample = new TorchSample(2).Begin().OrderedDict().Raw((byte)'(').Text("w");
            sample.Tensor("FloatStorage", "0", new byte[16], offset, shape, strides).Raw((byte)'u').End();
            sample.Save(_folder.File("m.pth"));

            var error = Assert.Throws<CheckpointFormatException>(() => TorchFile.Read(_folder.File("m.pth")));

            Assert.Contains("w: ", error.Message, StringComparison.Ordinal);
        }
    }

    private TorchSample Sample { get; set; } = new(2);

    private static void RefusedOrRead(string path)
    {
        var error = Record.Exception(() => TorchFile.Read(path));
        if (error is not null) Assert.IsType<CheckpointFormatException>(error);
    }

    private Dictionary<string, (long[] Shape, double[] Values)> Write(CaseSource source, int protocol, string place, string path)
    {
        Sample = new TorchSample(protocol).Begin();
        if (place.Length > 0) Sample.Raw((byte)'}', (byte)'(').Text("epoch").Integer(source.Int(-9, 70_000)).Text(place);
        Sample.OrderedDict().Raw((byte)'(');
        var expected = new Dictionary<string, (long[], double[])>();
        int count = source.Int(1, 4);
        for (int i = 0; i < count; i++)
        {
            long[] shape = [.. Enumerable.Range(0, source.Int(0, 4)).Select(_ => (long)source.Int(1, 4))];
            // Rows in any order of extents: a transposed view has the strides of another order.
            int[] order = [.. Enumerable.Range(0, shape.Length).OrderBy(_ => source.Int(0, 99))];
            long[] strides = new long[shape.Length];
            long step = 1;
            foreach (int d in order)
            {
                strides[d] = step;
                step *= shape[d];
            }

            long offset = source.Int(0, 3);
            var (storage, bytes, values) = Storage(source, (int)(offset + step));
            string name = $"blocks.{i}.weight";
            expected[name] = (shape, [.. Indices(shape).Select(at => values[offset + at.Zip(strides, (a, s) => a * s).Sum()])]);
            Sample.Text(name).Tensor(storage, $"{i}", bytes, offset, shape, strides);
        }

        Sample.Raw((byte)'u');
        if (place.Length > 0) Sample.Raw((byte)'u');
        Sample.End();
        Sample.Save(path);
        return expected;
    }

    private static IEnumerable<long[]> Indices(long[] shape)
    {
        long count = shape.Aggregate(1L, (a, n) => a * n);
        for (long i = 0; i < count; i++)
        {
            long[] at = new long[shape.Length];
            long rest = i;
            for (int d = shape.Length - 1; d >= 0; d--) (at[d], rest) = (rest % shape[d], rest / shape[d]);
            yield return at;
        }
    }

    // Whole numbers of few bits: every type holds them exactly.
    private static (string Class, byte[] Bytes, double[] Values) Storage(CaseSource source, int count)
    {
        int[] numbers = [.. Enumerable.Range(0, count).Select(_ => source.Int(0, 100))];
        byte[] Of<T>(Func<int, T> convert) where T : struct =>
            MemoryMarshal.AsBytes<T>(numbers.Select(convert).ToArray()).ToArray();
        var (name, bytes) = source.Int(0, 7) switch
        {
            0 => ("FloatStorage", Of(n => (float)n)),
            1 => ("DoubleStorage", Of(n => (double)n)),
            2 => ("HalfStorage", Of(n => (Half)n)),
            3 => ("BFloat16Storage", Of(n => (ushort)(BitConverter.SingleToUInt32Bits(n) >> 16))),
            4 => ("LongStorage", Of(n => (long)n)),
            5 => ("IntStorage", Of(n => n)),
            6 => ("ByteStorage", Of(n => (byte)n)),
            _ => ("CharStorage", Of(n => (sbyte)n)),
        };
        return (name, bytes, [.. numbers.Select(n => (double)n)]);
    }

    private static double[] Values(NamedTensor tensor)
    {
        var bytes = tensor.Data;
        return tensor.Dtype switch
        {
            TensorDtype.F32 => [.. MemoryMarshal.Cast<byte, float>(bytes).ToArray().Select(v => (double)v)],
            TensorDtype.I64 => [.. MemoryMarshal.Cast<byte, long>(bytes).ToArray().Select(v => (double)v)],
            TensorDtype.I32 => [.. MemoryMarshal.Cast<byte, int>(bytes).ToArray().Select(v => (double)v)],
            _ => [.. bytes.ToArray().Select(v => (double)v)],
        };
    }
}
