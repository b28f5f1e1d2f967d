using System.Text;
using NeuralBurden.Vit.Files;
using NeuralBurden.Vit.Formats;
using Xunit;

namespace NeuralBurden.Tests.Formats;

public sealed class NpyFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Bytes_equal_those_of_numpy_save()
    {
        // numpy.save of numpy.arange(6, dtype='<f4').reshape(2, 3), numpy 1.24.
        string dictionary = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }";
        byte[] expected =
        [
            0x93, .. "NUMPY"u8, 1, 0, 118, 0,
            .. Encoding.ASCII.GetBytes(dictionary.PadRight(117)), (byte)'\n',
            .. new[] { 0f, 1, 2, 3, 4, 5 }.SelectMany(BitConverter.GetBytes),
        ];

        NpyFile.Write(Written, [2, 3], new[] { 0f, 1, 2, 3, 4, 5 });

        Assert.Equal(expected, File.ReadAllBytes(Written));
    }

    [Theory]
    [InlineData(new int[0])]
    [InlineData(new[] { 1 })]
    [InlineData(new[] { 7 })]
    [InlineData(new[] { 0, 10 })]
    [InlineData(new[] { 3, 1, 5, 2 })]
    public void Both_types_come_back_with_their_shape(int[] shape)
    {
        int count = shape.Aggregate(1, (product, extent) => product * extent);
        float[] floats = [.. Enumerable.Range(0, count).Select(i => i - 0.5f)];
        long[] longs = [.. Enumerable.Range(0, count).Select(i => long.MinValue + i)];

        NpyFile.Write(Written, shape, floats);
        (int[] shapeOfFloats, float[] readFloats) = NpyFile.ReadFloats(Written);
        NpyFile.Write(Written, shape, longs);
        (int[] shapeOfLongs, long[] readLongs) = NpyFile.ReadInt64s(Written);

        Assert.Equal(shape, shapeOfFloats);
        Assert.Equal(floats, readFloats);
        Assert.Equal(shape, shapeOfLongs);
        Assert.Equal(longs, readLongs);
    }

    [Theory]
    [InlineData("{'descr': '<f8', 'fortran_order': False, 'shape': (2,), }\n", "descr")]
    [InlineData("{'descr': '>f4', 'fortran_order': False, 'shape': (2,), }\n", "descr")]
    [InlineData("{'descr': '<f4', 'fortran_order': True, 'shape': (2,), }\n", "fortran_order")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }\n", "shape")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999,), }\n", "shape")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (65536, 65536, 65536), }\n", "shape")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (1 2,), }\n", "shape")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (-2,), }\n", "header")]
    [InlineData("{'descr': '<f4'}\n", "header")]
    [InlineData("", "header")]
    public void Header_with_one_fault_is_refused_and_the_field_named(string header, string field)
    {
        byte[] text = Encoding.ASCII.GetBytes(header);
        string path = _folder.File(
            "bad.npy", [0x93, .. "NUMPY"u8, 1, 0, (byte)text.Length, 0, .. text, .. new byte[8]]);

        var error = Assert.Throws<MalformedFileException>(() => NpyFile.ReadFloats(path));

        Assert.Equal(field, error.Field);
        Assert.Contains("bad.npy", error.Message);
    }

    [Fact]
    public void Every_truncation_and_any_addition_is_refused()
    {
        NpyFile.Write(Written, [2], new[] { 1f, 2f });
        byte[] file = File.ReadAllBytes(Written);

        for (int length = 0; length < file.Length; length++)
        {
            Assert.Throws<MalformedFileException>(
                () => NpyFile.ReadFloats(_folder.File("cut.npy", file.AsSpan(0, length))));
        }

        string longer = _folder.File("long.npy", [.. file, 0]);
        Assert.Throws<MalformedFileException>(() => NpyFile.ReadFloats(longer));
    }

    [Fact]
    public void Shape_that_does_not_hold_the_values_is_refused()
    {
        Assert.Throws<ArgumentException>(() => NpyFile.Write(Written, [2, 2], new float[3]));
        Assert.False(File.Exists(Written));
    }

    private string Written => _folder.File("written.npy");
}
