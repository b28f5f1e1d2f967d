using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace NeuralBurden.Bench.Peers;

/// <summary>Images [B, 3, S, S] to logits [B, 10]; with merging, half of the patches are merged after block 1.</summary>
internal sealed class VisionTransformer : Module<Tensor, Tensor>
{
    private readonly Conv2d embed;
    private readonly Parameter classToken, positions;
    private readonly ModuleList<Block> blocks;
    private readonly LayerNorm norm;
    private readonly Linear head;

    public VisionTransformer(PeerOptions options, bool merges) : base("vit")
    {
        int dim = options.Dim, removed = merges ? options.Patches / 2 : 0;
        embed = Conv2d(PeerOptions.Channels, dim, options.Patch, options.Patch);
        classToken = Parameter(zeros(1, 1, dim));
        positions = Parameter(randn(1, options.Patches + 1, dim) * 0.02);
        blocks = new([.. Enumerable.Range(0, options.Depth)
            .Select(i => new Block($"block{i}", dim, options.Heads, i == 0 ? removed : 0))]);
        (norm, head) = (LayerNorm(dim, eps: 1e-6), Linear(dim, PeerOptions.Classes));
        RegisterComponents();
    }

    public override Tensor forward(Tensor images)
    {
        var x = embed.call(images).flatten(2).transpose(1, 2);
        x = cat([classToken.expand(x.shape[0], -1, -1), x], 1) + positions;
        Tensor? size = null;
        foreach (var block in blocks) (x, size) = block.call(x, size);
        return head.call(norm.call(x).select(1, 0));
    }
}
