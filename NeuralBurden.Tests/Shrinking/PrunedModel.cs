using FsCheck;
using FsCheck.Fluent;
using NeuralBurden.Compute.Contracts;
using NeuralBurden.Compute.Devices.Reference;
using NeuralBurden.Compute.Tensors;
using NeuralBurden.Pruning.Masks;
using NeuralBurden.Pruning.Tensors;
using NeuralBurden.Vit.Formats;
using NeuralBurden.Vit.Model;
using NeuralBurden.Vit.Model.Merging;
using NeuralBurden.Vit.Settings;

namespace NeuralBurden.Tests.Shrinking;

/// <summary>A model file with random weights, biases and norms, of which some heads and MLP units are pruned.</summary>
/// <param name="Shape">As trained.</param>
/// <param name="Dead">Numbers of the pruned groups in the model's list.</param>
/// <param name="Merge">Its merging.</param>
/// <param name="Seed">Of the weights.</param>
public sealed record PrunedModel(VitShape Shape, IReadOnlyList<int> Dead, string Merge, int Seed)
{
    private const int Images = 2;

    public RunConfig Config => new()
    {
        Model = new ModelConfig
        {
            Dim = Shape.Dim,
            Depth = Shape.Depth,
            Heads = Shape.Heads,
            MlpRatio = (double)Shape.MlpDim / Shape.Dim,
            Patch = Shape.Patch,
            Pool = Shape.ClassToken ? Pooling.ClassToken : Pooling.Mean,
        },
        Tokens = new TokensConfig { Merge = Merge, R = TokenQuantity.Share(0.3), Threshold = 0 },
    };

    /// <summary>Models of one to three blocks without or with one of the mergings; shrinks to fewer pruned groups.</summary>
    public static Arbitrary<PrunedModel> With(params string[] mergings) => Arb.From(
        from depth in Gen.Choose(1, 3)
        from heads in Gen.Choose(1, 4)
        from headDim in Gen.Choose(1, 4)
        from hidden in Gen.Choose(1, 7)
        from classToken in Gen.Elements(true, false)
        from merge in Gen.Elements(mergings)
        from share in Gen.Elements(0, 30, 60, 100)
        from seed in Gen.Choose(0, 100_000)
        let shape = new VitShape(1, 8, 8, 2, heads * headDim, depth, heads, hidden, 3, classToken)
        from dice in Gen.Choose(0, 99).ArrayOf(ModelGroups.Of(shape).Count)
        select new PrunedModel(
            shape, [.. Enumerable.Range(0, dice.Length).Where(i => dice[i] < share)], merge, seed),
        x => x.Dead.Select(gone => x with { Dead = [.. x.Dead.Where(i => i != gone)] }));

    /// <summary>The model file that a run would have left.</summary>
    public Checkpoint File()
    {
        var file = new Checkpoint(CheckpointKind.Model, new CheckpointInfo(1, 1, 0, 1, "hash", "cpu", "test"));
        var members = Dead.Select(i => ModelGroups.Of(Shape)[i]).SelectMany(g => g.Members).ToLookup(m => m.Tensor);
        var source = new CaseSource((ulong)Seed);
        foreach (var (name, fileShape, extents, role) in ParameterTable.Of(Shape))
        {
            float[] values = source.Floats(extents.Count);
            if (role == ParameterRole.Prunable) AddMask(file, name, extents, values, members[name]);
            file.Add(name, fileShape, values);
        }

        new ModelCard(
            Shape.Height, Shape.Width, Shape.Channels, Shape.Patch, Shape.Dim, Shape.Depth, Shape.Heads, Shape.MlpDim,
            Shape.Classes,
            [0], [1]).WriteTo(file);
        return file;
    }

    /// <summary>Logits in double precision of a model file, of this shape or shrunk.</summary>
    public double[] Logits(Checkpoint file)
    {
        using var device = new ReferenceDevice(rounding: false);
        var shape = Shape with { Blocks = [.. ModelCard.ReadBlocks(file, Shape.Depth, Shape.Heads, Shape.MlpDim)] };
        using var model = new VisionTransformer(device, shape, MergingCatalog.Create(Config.Tokens, shape, 3));
        foreach (var parameter in model.Parameters.All)
            device.Upload(file.Floats(parameter.Name, [.. parameter.FileShape]), parameter.Weights);
        var images = device.AllocateTensor(new Shape(Images, Shape.Channels, Shape.Height, Shape.Width), "images");
        device.Upload(new CaseSource(17).Floats(images.Count), images);
        double[] logits = new double[Images * Shape.Classes];
        device.DownloadDoubles(model.Forward(images, ModelPass.Evaluation), logits);
        images.Buffer.Dispose();
        return logits;
    }

    public override string ToString() =>
        $"{Shape.Depth} blocks of {Shape.Heads} heads of {Shape.HeadDim} and {Shape.MlpDim} units, {Merge}, "
        + $"class token {Shape.ClassToken}, seed {Seed}, pruned {string.Join(' ', Dead)}";

    private static void AddMask(
        Checkpoint file, string name, Shape extents, float[] values, IEnumerable<GroupMember> members)
    {
        var mask = new Mask(extents[0], extents[1]);
        foreach (var member in members)
        {
            bool rows = member.Axis == GroupAxis.Rows;
            for (int i = member.Start; i < member.Start + member.Length; i++)
            {
                for (int other = 0; other < extents[rows ? 1 : 0]; other++)
                {
                    var (r, c) = rows ? (i, other) : (other, i);
                    mask[r, c] = false;
                    values[(r * extents[1]) + c] = 0;
                }
            }
        }

        file.AddMask(name, values.Length, mask.Words);
    }
}
