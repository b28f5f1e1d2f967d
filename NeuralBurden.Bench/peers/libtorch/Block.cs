using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace NeuralBurden.Bench.Peers;

/// <summary>
/// A pre-norm transformer block on tokens [B, N, C] with libtorch's fused attention; one that removes tokens does a
/// bipartite soft matching (arXiv 2210.09461) at its end, as in pytorch/vit.py.
/// </summary>
internal sealed class Block : Module<Tensor, Tensor?, (Tensor, Tensor?)>
{
    private readonly LayerNorm norm1, norm2;
    private readonly Linear qkv, proj, fc1, fc2;
    private readonly int _heads, _removed;

    public Block(string name, int dim, int heads, int removed) : base(name)
    {
        (_heads, _removed) = (heads, removed);
        (norm1, norm2) = (LayerNorm(dim, eps: 1e-6), LayerNorm(dim, eps: 1e-6));
        (qkv, proj) = (Linear(dim, 3 * dim), Linear(dim, dim));
        (fc1, fc2) = (Linear(dim, PeerOptions.MlpRatio * dim), Linear(PeerOptions.MlpRatio * dim, dim));
        RegisterComponents();
    }

    public override (Tensor, Tensor?) forward(Tensor x, Tensor? size)
    {
        long batch = x.shape[0], tokens = x.shape[1], dim = x.shape[2];
        var parts = qkv.call(norm1.call(x)).reshape(batch, tokens, 3, _heads, dim / _heads).permute(2, 0, 3, 1, 4).unbind(0);
        var bias = size?.log().squeeze(-1).unsqueeze(1).unsqueeze(1).expand(batch, 1, tokens, tokens);
        var attended = functional.scaled_dot_product_attention(parts[0], parts[1], parts[2], bias);
        x = x + proj.call(attended.transpose(1, 2).reshape(batch, tokens, dim));
        x = x + fc2.call(functional.gelu(fc1.call(norm2.call(x))));
        if (_removed == 0) return (x, size);
        size ??= ones_like(x.narrow(2, 0, 1));
        var merge = Matching(parts[1].mean([1]), tokens);
        (x, size) = (merge(x * size), merge(size));
        return (x / size, size);
    }

    /// <summary>A function that merges tokens by summation, from keys [B, N, D]; the class token stays.</summary>
    private Func<Tensor, Tensor> Matching(Tensor keys, long tokens)
    {
        Tensor stays, gone, target;
        using (no_grad())
        {
            var unit = keys / keys.norm(-1, true);
            var similarity = unit.slice(1, 0, tokens, 2).matmul(unit.slice(1, 1, tokens, 2).transpose(-1, -2));
            similarity.select(1, 0).fill_(double.NegativeInfinity);
            var (best, partner) = similarity.max(-1);
            var order = best.argsort(-1, true).unsqueeze(-1);
            stays = order.slice(1, _removed, order.shape[1], 1).sort(1).Values;
            gone = order.slice(1, 0, _removed, 1);
            target = partner.unsqueeze(-1).gather(1, gone);
        }

        return z =>
        {
            Tensor even = z.slice(1, 0, tokens, 2), odd = z.slice(1, 1, tokens, 2);
            long batch = z.shape[0], width = z.shape[2];
            var kept = even.gather(1, stays.expand(batch, even.shape[1] - _removed, width));
            var moved = even.gather(1, gone.expand(batch, _removed, width));
            return cat([kept, odd.scatter_add(1, target.expand(batch, _removed, width), moved)], 1);
        };
    }
}
