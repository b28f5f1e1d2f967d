using FsCheck;
using FsCheck.Fluent;
using Microsoft.ML.OnnxRuntime;
using NeuralBurden.Compute.Contracts;
using NeuralBurden.Compute.Devices;
using NeuralBurden.Compute.Devices.Cpu;
using NeuralBurden.Compute.Devices.Reference;
using NeuralBurden.Compute.Tensors;
using NeuralBurden.Pruning.Errors;
using NeuralBurden.Vit.Formats.Onnx;
using NeuralBurden.Vit.Interchange;
using NeuralBurden.Vit.Model;
using NeuralBurden.Vit.Model.Merging;
using NeuralBurden.Vit.Settings;
using Xunit;

namespace NeuralBurden.Tests.Interchange;

/// <summary>ONNX Runtime computes what our own kernels compute.</summary>
public sealed class OnnxTests : IDisposable
{
    private const double Tolerance = 1e-4;

    private readonly string _folder = Directory.CreateTempSubdirectory("nb-onnx-").FullName;

    public static TheoryData<string> Mergings => [TokensConfig.None, .. MergingCatalog.Names];

    [Theory]
    [MemberData(nameof(Mergings))]
    public void Logits_in_ONNX_Runtime_agree_to_1e_4(string merging)
    {
        var agrees = Prop.ForAll(OnnxCase.With(merging), x =>
        {
            using var device = new CpuDevice(1);
            using var model = x.On(device);
            using var session = new InferenceSession(Exported(device, model, sparse: true));
            // One session, several batches: the first dimension is free.
            foreach (int count in (int[])[1, 3])
            {
                float[] images = x.Images(count), ours = Ours(device, model, images);
                float[] theirs = OnnxRun.Logits(session, images);
                double worst = Distance(ours, theirs);
                if (worst > Tolerance && !IsTie(x, device, images, theirs) && !Amplifies(x, images, ours))
                    throw new InvalidOperationException($"distance {worst} of {count} images");
            }
        });
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(25), agrees);
    }

    [Fact]
    public void Pruned_matrices_are_sparse_where_that_is_smaller_and_compute_the_same()
    {
        var shape = new VitShape(3, 8, 8, 4, 32, 2, 4, 64, 5, ClassToken: true);
        using var device = new CpuDevice(1);
        foreach (var (density, most) in ((int, double)[])[(10, 0.4), (45, 0.9), (100, 1)])
        {
            var x = new OnnxCase(shape, new TokensConfig(), density, Seed: 4);
            using var model = x.On(device);
            string dense = Exported(device, model, sparse: false), sparse = Exported(device, model, sparse: true);
            float[] images = x.Images(2);
            using InferenceSession one = new(dense), other = new(sparse);

            Assert.Equal(OnnxRun.Logits(one, images), OnnxRun.Logits(other, images));
            var graph = ModelProto.Parser.ParseFrom(File.ReadAllBytes(sparse)).Graph;
            Assert.Equal(density == 100 ? 0 : 8, graph.SparseInitializer.Count);
            Assert.InRange((double)new FileInfo(sparse).Length / new FileInfo(dense).Length, 0, most);
        }
    }

    [Fact]
    public void A_merging_of_ones_own_is_refused_by_its_name()
    {
        var shape = new VitShape(1, 8, 8, 4, 8, 2, 2, 8, 3, ClassToken: true);
        using var device = new CpuDevice(1);
        using var model = new VisionTransformer(device, shape, new OwnMerging());

        var refusal = Assert.Throws<SettingException>(() => Exported(device, model, sparse: true));

        Assert.Contains("'my-own'", refusal.Message);
        Assert.Empty(Directory.GetFiles(_folder));
    }

    [Fact]
    public void Metadata_have_the_classes_and_the_normalisation()
    {
        using var device = new CpuDevice(1);
        using var model = new OnnxCase(new VitShape(3, 4, 4, 4, 8, 1, 2, 8, 2, true), new TokensConfig(), 100, 1).On(device);
        string file = Path.Combine(_folder, "named.onnx");
        OnnxExport.Write(file, device, model, [0.1f, 0.2f, 0.3f], [1, 2, 4], ["wolf \"grey\"", "Bär"], sparse: true);

        using var session = new InferenceSession(file);
        var metadata = session.ModelMetadata.CustomMetadataMap;

        Assert.Equal("0.1,0.2,0.3", metadata["mean"]);
        Assert.Equal("1,2,4", metadata["std"]);
        Assert.Equal(["wolf \"grey\"", "Bär"], System.Text.Json.JsonSerializer.Deserialize<string[]>(metadata["class_names"])!);
        Assert.Equal([-1, 3, 4, 4], session.InputMetadata["images"].Dimensions);
        Assert.Equal(["batch", "", "", ""], session.InputMetadata["images"].SymbolicDimensions);
        Assert.Equal([-1, 2], session.OutputMetadata["logits"].Dimensions);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Exported(CpuDevice device, VisionTransformer model, bool sparse)
    {
        string file = Path.Combine(_folder, $"{Guid.NewGuid():N}.onnx");
        OnnxExport.Write(file, device, model, [], [], null, sparse);
        return file;
    }

    private static float[] Ours(Device device, VisionTransformer model, float[] images)
    {
        var s = model.Shape;
        int count = images.Length / (s.Channels * s.Height * s.Width);
        var input = device.AllocateTensor(new Shape(count, s.Channels, s.Height, s.Width), "images");
        device.Upload(images, input);
        float[] logits = new float[count * s.Classes];
        device.Download(model.Forward(input, ModelPass.Logits), logits);
        input.Buffer.Dispose();
        return logits;
    }

    // Where two matches are equally good to rounding, another order of summation may take the other one. Then a decision from
    // vectors that differ by rounding gives their logits. A norm over few nearly equal values makes a hundred last digits of
    // one, so it grows up to 1e-5.
    private static bool IsTie(OnnxCase x, CpuDevice device, float[] images, float[] theirs)
    {
        if (MergingCatalog.Create(x.Tokens, x.Shape, 3) is not { } merging) return false;
        var noise = new CaseSource(1);
        float[][] open = [.. theirs.Chunk(x.Shape.Classes)];
        foreach (float part in (float[])[1e-7f, 1e-6f, 1e-5f])
        {
            using var shaken = x.On(device, new ShakenMerging(merging, noise, part));
            for (int pass = 0; pass < 50 && open.Any(image => image.Length > 0); pass++)
            {
                float[][] ours = [.. Ours(device, shaken, images).Chunk(x.Shape.Classes)];
                open = [.. open.Zip(ours, (wanted, found) =>
                    wanted.Length == 0 || Distance(wanted, found) <= Tolerance ? [] : wanted)];
            }
        }

        return open.All(image => image.Length == 0);
    }

    // Where merged rows nearly cancel and keep their norm, rounding grows: our own logits are as far from double precision.
    private static bool Amplifies(OnnxCase x, float[] images, float[] logits)
    {
        using var exact = new ReferenceDevice(rounding: false);
        using var model = x.On(exact);
        return Distance(Ours(exact, model, images), logits) > Tolerance;
    }

    private static double Distance(float[] a, float[] b) => a.Zip(b, (x, y) => Math.Abs(x - y)).Max();

    private sealed class OwnMerging() : TokenMerging("my-own", MergePlan.Single(2, 1, 1), proportionalAttention: false)
    {
        public override TokenMatch Match(in MergeContext context, int r) => throw new NotSupportedException();

        public override long MatchCost(int place, int tokens, VitShape shape) => 0;
    }
}
