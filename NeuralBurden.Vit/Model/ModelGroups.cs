using NeuralBurden.Pruning.Tensors;

namespace NeuralBurden.Vit.Model;

/// <summary>
/// What removing a head or a hidden unit takes with it. Head h of a block owns rows of q, k and v in the fused qkv and
/// columns of proj; hidden unit j owns row j of fc1 and column j of fc2. What is left adds nothing to the block's output:
/// the biases of a masked head or unit meet only masked weights.
/// </summary>
public static class ModelGroups
{
    public const string Heads = "heads";
    public const string MlpUnits = "mlp-units";

    /// <summary>The set of a block's groups.</summary>
    public static string SetOf(int block) => $"blocks.{block}";

    public static IReadOnlyList<StructuredGroup> Of(VitShape shape)
    {
        var groups = new List<StructuredGroup>();
        for (int i = 0; i < shape.Depth; i++)
        {
            string set = SetOf(i), qkv = $"{set}.attn.qkv.weight", projection = $"{set}.attn.proj.weight";
            var (heads, hidden) = shape.Block(i);
            int d = shape.HeadDim, inner = heads * d;
            for (int h = 0; h < heads; h++)
            {
                groups.Add(new StructuredGroup(Heads, set, h, [
                    new GroupMember(qkv, GroupAxis.Rows, h * d, d),
                    new GroupMember(qkv, GroupAxis.Rows, inner + (h * d), d),
                    new GroupMember(qkv, GroupAxis.Rows, (2 * inner) + (h * d), d),
                    new GroupMember(projection, GroupAxis.Columns, h * d, d)]));
            }

            for (int j = 0; j < hidden; j++)
            {
                groups.Add(new StructuredGroup(MlpUnits, set, j, [
                    new GroupMember($"{set}.mlp.fc1.weight", GroupAxis.Rows, j, 1),
                    new GroupMember($"{set}.mlp.fc2.weight", GroupAxis.Columns, j, 1)]));
            }
        }

        return groups;
    }
}
