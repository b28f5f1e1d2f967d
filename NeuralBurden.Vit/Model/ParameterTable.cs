using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Vit.Model;

/// <summary>Names and shapes of all parameters, in the order of timm's state dictionary.</summary>
internal static class ParameterTable
{
    public static IReadOnlyList<(string Name, int[] FileShape, Shape Shape, ParameterRole Role)> Of(VitShape vit)
    {
        var table = new List<(string, int[], Shape, ParameterRole)>();
        int c = vit.Dim;
        if (vit.ClassToken) table.Add(("cls_token", [1, 1, c], new Shape(c), ParameterRole.Exempt));
        table.Add(("pos_embed", [1, vit.Tokens, c], new Shape(vit.Tokens, c), ParameterRole.Exempt));
        table.Add((
            "patch_embed.proj.weight",
            [c, vit.Channels, vit.Patch, vit.Patch],
            new Shape(c, vit.PatchDim),
            ParameterRole.Decayed));
        Vector("patch_embed.proj.bias", c);
        if (vit.Variant.PreNorm) Norm("norm_pre");
        for (int i = 0; i < vit.Depth; i++)
        {
            string prefix = $"blocks.{i}.";
            Norm(prefix + "norm1");
            var (heads, hidden) = vit.Block(i);
            Linear(prefix + "attn.qkv", 3 * heads * vit.HeadDim, c, ParameterRole.Prunable);
            Linear(prefix + "attn.proj", c, heads * vit.HeadDim, ParameterRole.Prunable);
            Norm(prefix + "norm2");
            Linear(prefix + "mlp.fc1", hidden, c, ParameterRole.Prunable);
            Linear(prefix + "mlp.fc2", c, hidden, ParameterRole.Prunable);
        }

        Norm("norm");
        Linear("head", vit.Classes, c, ParameterRole.Decayed);
        if (vit.Variant.Readout == Readout.Distilled) Linear("head_dist", vit.Classes, c, ParameterRole.Decayed);
        return table;

        void Vector(string name, int n) => table.Add((name, [n], new Shape(n), ParameterRole.Exempt));

        void Norm(string name)
        {
            Vector(name + ".weight", c);
            Vector(name + ".bias", c);
        }

        void Linear(string name, int outputs, int inputs, ParameterRole role)
        {
            table.Add((name + ".weight", [outputs, inputs], new Shape(outputs, inputs), role));
            Vector(name + ".bias", outputs);
        }
    }
}
