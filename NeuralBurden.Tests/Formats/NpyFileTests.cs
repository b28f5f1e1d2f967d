using System.Text;
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
    public void Values_come_back_with_their_shape(int[] shape)
    {
        int count = shape.Aggregate(1, (product, extent) => product * extent);
        float[] floats = [.. Enumerable.Range(0, count).Select(i => i - 0.5f)];

        NpyFile.Write(Written, shape, floats);
        var (read, values) = NpyReader.Read(Written);

        Assert.Equal(shape, read);
        Assert.Equal(floats, values);
    }

    [Fact]
    public void Shape_that_does_not_hold_the_values_is_refused()
    {
        Assert.Throws<ArgumentException>(() => NpyFile.Write(Written, [2, 2], new float[3]));
        Assert.False(File.Exists(Written));
    }

    private string Written => _folder.File("written.npy");
}
