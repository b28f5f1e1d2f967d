using System.Reflection;
using Google.Protobuf;
using NeuralBurden.Vit.Files;

namespace NeuralBurden.Vit.Formats.Onnx;

/// <summary>A graph as an ONNX file.</summary>
internal static class OnnxFile
{
    // What ONNX demands for operator set 17.
    private const int IrVersion = 8;

    /// <summary>Writes through <see cref="AtomicFile"/>. Equal content gives equal bytes.</summary>
    /// <exception cref="IOException">The file cannot be written, or its weights take 2 GiB, more than the format holds in one
    /// file; an older file is intact.</exception>
    public static void Write(string path, OnnxGraph graph, string description, IEnumerable<(string Key, string Value)> metadata)
    {
        var model = new ModelProto
        {
            IrVersion = IrVersion,
            ProducerName = "NeuralBurden",
            ProducerVersion = Assembly.GetExecutingAssembly().GetName().Version?.ToString(3) ?? "",
            DocString = description,
            Graph = graph.Proto,
        };
        model.OpsetImport.Add(new OperatorSetIdProto { Version = OnnxGraph.Opset });
        foreach (var (key, value) in metadata)
            model.MetadataProps.Add(new StringStringEntryProto { Key = key, Value = value });
        long bytes = graph.Proto.Initializer.Sum(tensor => (long)tensor.RawData.Length);
        if (bytes > int.MaxValue - (1 << 24))
        {
            throw new IOException(
                $"cannot write '{path}': {bytes / (1L << 20)} MiB of weights; an ONNX file holds less than 2 GiB");
        }

        AtomicFile.Write(path, stream => model.WriteTo(stream));
    }
}
