using System.Buffers.Binary;
using System.Text;
using NeuralBurden.Vit.Formats;
using Xunit;

namespace NeuralBurden.Tests.Formats;

public sealed class SafetensorsHostileInputTests : IDisposable
{
    private const string A = "\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}";
    private const string ShortA = "\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}";
    private const string B = "\"b\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}";
    private const string GapB = "\"b\":{\"dtype\":\"U8\",\"shape\":[3],\"data_offsets\":[5,8]}";
    private const string Good = "{" + A + "}";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_file_that_the_cases_are_made_of_is_fine()
    {
        string path = _folder.File("good", RawSafetensors.Of(Good, 8));
        using SafetensorsReader reader = SafetensorsReader.Open(path);
        Assert.Equal(2, reader.Get("a").ElementCount);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    public void File_without_room_for_the_length_is_refused(int bytes) =>
        Refused(new byte[bytes], "file length");

    [Theory]
    [InlineData(0UL)]
    [InlineData(1UL)]
    [InlineData(63UL)]
    [InlineData(100_000_001UL)]
    [InlineData(0x7FFF_FFFF_FFFF_FFFFUL)]
    [InlineData(ulong.MaxValue)]
    public void Absurd_header_length_is_refused(ulong length)
    {
        byte[] file = RawSafetensors.Of(Good, 8);
        BinaryPrimitives.WriteUInt64LittleEndian(file, length);
        Refused(file, "header length");
    }

    [Theory]
    [InlineData("[]", "header")]
    [InlineData("{\"a\"", "header")]
    [InlineData("null", "header")]
    [InlineData("{} x", "header")]
    [InlineData("{}{}", "header")]
    [InlineData("""{"a":1}""", "a")]
    [InlineData("""{"a":[]}""", "a")]
    [InlineData("""{"a":{}}""", "a")]
    [InlineData("""{"a":{"a":{"a":{"a":{"a":{"a":{}}}}}}}""", "a.a")]
    [InlineData("""{"\uD800":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", "header")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2]}}""", "a")]
    [InlineData("""{"a":{"dtype":"F31","shape":[2],"data_offsets":[0,8]}}""", "a.dtype")]
    [InlineData("""{"a":{"dtype":"3","shape":[2],"data_offsets":[0,8]}}""", "a.dtype")]
    [InlineData("""{"a":{"dtype":4,"shape":[2],"data_offsets":[0,8]}}""", "a.dtype")]
    [InlineData("""{"a":{"dtype":"F32","dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", "a.dtype")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8],"x":1}}""", "a.x")]
    [InlineData("""{"a":{"dtype":"F32","shape":2,"data_offsets":[0,8]}}""", "a.shape")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}""", "a.shape")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2.5],"data_offsets":[0,8]}}""", "a.shape")]
    [InlineData("""{"a":{"dtype":"F32","shape":["2"],"data_offsets":[0,8]}}""", "a.shape")]
    [InlineData("""{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}""", "a.shape")]
    [InlineData("""{"a":{"dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,8]}}""", "a.shape")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,8]}}""", "a.shape")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4611686018427387904,2],"data_offsets":[0,8]}}""", "a.shape")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4611686018427387905],"data_offsets":[0,4]}}""", "a.shape")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0]}}""", "a.data_offsets")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8,8]}}""", "a.data_offsets")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}""", "a.data_offsets")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[-8,0]}}""", "a.data_offsets")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,16]}}""", "a.data_offsets")]
    [InlineData("""{"a":{"dtype":"U8","shape":[],"data_offsets":[9007199254740992,9007199254740993]}}""",
        "a.data_offsets")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", "a.data_offsets")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", "file length")]
    [InlineData("""{}""", "file length")]
    [InlineData("""{"__metadata__":[],""" + A + "}", "__metadata__")]
    [InlineData("""{"__metadata__":{"k":1},""" + A + "}", "__metadata__.k")]
    [InlineData("""{"__metadata__":{"k":"","k":""},""" + A + "}", "__metadata__.k")]
    [InlineData("""{"__metadata__":{},"__metadata__":{},""" + A + "}", "__metadata__")]
    [InlineData("{" + A + "," + A + "}", "a")]
    [InlineData("{" + A + "," + B + "}", "b.data_offsets")]
    [InlineData("{" + ShortA + "," + GapB + "}", "b.data_offsets")]
    public void Header_with_one_fault_is_refused_and_the_field_named(string json, string field) =>
        Refused(RawSafetensors.Of(json, 8), field);

    [Fact]
    public void Text_that_is_not_utf8_is_refused()
    {
        byte[] json = Encoding.UTF8.GetBytes(Good);
        json[2] = 0xFF;
        Refused(RawSafetensors.Of(json, new byte[8]), "header");
    }

    [Fact]
    public void Shape_with_thousands_of_extents_is_refused()
    {
        string ones = string.Join(",", Enumerable.Repeat("1", 5000));
        Refused(RawSafetensors.Of(RawSafetensors.Tensor("a", "F32", ones, "0,4"), 4), "a.shape");
    }

    [Fact]
    public void Every_truncation_is_refused()
    {
        byte[] file = RawSafetensors.Of(Good, 8);
        for (int length = 0; length < file.Length; length++)
        {
            Assert.Throws<CheckpointFormatException>(
                () => SafetensorsReader.Open(_folder.File("cut", file.AsSpan(0, length))));
        }
    }

    [SkippableFact]
    public void File_cut_while_it_is_open_is_refused_at_the_read()
    {
        string path = _folder.File("cut", RawSafetensors.Of(Good, 8));
        using SafetensorsReader reader = SafetensorsReader.Open(path);
        Skip.If(OperatingSystem.IsWindows(), "Windows keeps others from cutting an open file");
        using (var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
            file.SetLength(file.Length - 1);

        var error = Assert.Throws<CheckpointFormatException>(() => reader.ReadFloats("a", new float[2]));

        Assert.Equal("a", error.Field);
    }

    private void Refused(byte[] file, string field)
    {
        string path = _folder.File("hostile.safetensors", file);

        var error = Assert.Throws<CheckpointFormatException>(() => SafetensorsReader.Open(path));

        Assert.Equal(field, error.Field);
        Assert.Equal(path, error.File);
        Assert.StartsWith($"{path}: {field}: ", error.Message);
    }
}
