using System.Text;
using NeuralBurden.Cli;
using NeuralBurden.Cli.Output;
using NeuralBurden.Tests.Formats;
using NeuralBurden.Vit.Formats;
using Xunit;

namespace NeuralBurden.Tests.Files;

/// <summary>A file that is something else is named as what it is.</summary>
public sealed class FileKindTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<byte[], string> Kinds => new()
    {
        { Text("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 22\n"), "a Git LFS pointer" },
        { Text("<!DOCTYPE html><html><body>Access denied</body></html>"), "an HTML page" },
        { Text("\n\n  <HTML><body>not found</body></HTML>"), "an HTML page" },
        { Text("{\"message\": \"not found\", \"status\": 404}"), "JSON text" },
        { [0x80, 2, .. Text("}q.                          ")], "a Python pickle" },
        { [0x80, 4, .. new byte[100]], "a Python pickle" },
        { [0x1f, 0x8b, 8, .. new byte[60]], "a gzip archive" },
        { [0x89, .. Text("HDF\r\n\x1a\n"), .. new byte[60]], "an HDF5 file" },
        { [0x93, .. Text("NUMPY"), .. new byte[60]], "a NumPy array" },
        { [0x89, .. Text("PNG\r\n\x1a\n"), .. new byte[60]], "a PNG image" },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Weights_that_are_no_safetensors_file_are_told_by_their_kind(byte[] content, string kind)
    {
        string path = _folder.File("w.safetensors");
        File.WriteAllBytes(path, content);

        var error = Assert.Throws<CheckpointFormatException>(() => Checkpoint.Load(path));
        Assert.Contains($"is no safetensors file but {kind}", error.Message);
    }

    [Theory]
    [InlineData("layers.0.blocks.0.attn.relative_position_bias_table", "no layout that is known")]
    [InlineData("features.0.0.weight", "no layout that is known")]
    public void Weights_of_another_layout_are_told_by_what_gives_them_away(string name, string kind)
    {
        string path = _folder.File("w.safetensors"), config = _folder.File("c.yaml");
        SafetensorsWriter.Write(path, [NamedTensor.Of(name, [1], new float[] { 1 })], new Dictionary<string, string>());
        File.WriteAllText(config, $"model: {{init_from: '{path}', dim: 8, depth: 1, heads: 1, patch: 14}}\n");
        using var error = new StringWriter();

        int code = NbProgram.Run(
            ["train", config, "--out", _folder.File("runs")], Shell.Of(TextWriter.Null, error, NbProgram.Engine));

        Assert.Equal(1, code);
        Assert.Contains(kind, error.ToString());
        Assert.Contains(name, error.ToString());
    }

    [Fact]
    public void A_tensor_without_a_name_is_refused_by_the_file_s_name()
    {
        string path = _folder.File("e.safetensors");
        byte[] json = Text("{\"\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}");
        File.WriteAllBytes(path, [.. BitConverter.GetBytes((ulong)json.Length), .. json, 0, 0, 0, 0]);

        var error = Assert.Throws<CheckpointFormatException>(() => Checkpoint.Load(path));
        Assert.Contains($"{path}: tensor name: is empty", error.Message);
    }

    private static byte[] Text(string text) => Encoding.Latin1.GetBytes(text);
}
