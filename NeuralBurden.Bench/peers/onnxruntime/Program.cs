using Microsoft.ML.OnnxRuntime;
using NeuralBurden.Bench.Peers;

// Modes: infer, with ONNX Runtime's own fused attention; infer_plain, with the products that exporters write.
var options = new PeerOptions(args);
var random = new Random(1);
float[] pixels = [.. Enumerable.Range(0, options.Batch * PeerOptions.Channels * options.Image * options.Image)
    .Select(_ => (random.NextSingle() * 2) - 1)];
using var settings = new SessionOptions
{
    IntraOpNumThreads = options.Threads,
    InterOpNumThreads = 1,
    GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
};
// The graph leaves the batch open; the peer's is fixed.
settings.AddFreeDimensionOverrideByName("batch", options.Batch);
using var input = OrtValue.CreateTensorValueFromMemory(
    pixels, [options.Batch, PeerOptions.Channels, options.Image, options.Image]);
using var run = new RunOptions();
var modes = new List<(string, Action)>();
foreach (string name in options.Modes("infer,infer_plain"))
{
    var session = new InferenceSession(new VitGraph(options, fused: name == "infer").Write(), settings);
    modes.Add((name, () => session.Run(run, ["x"], [input], ["y"]).Dispose()));
}

new PeerTurns(options, $"ONNX Runtime {OrtEnv.Instance().GetVersionString()}").Run(modes);
