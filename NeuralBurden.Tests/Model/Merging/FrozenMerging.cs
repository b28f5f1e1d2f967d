using NeuralBurden.Compute.Devices.Reference;
using NeuralBurden.Compute.Tensors;
using NeuralBurden.Vit.Model;
using NeuralBurden.Vit.Model.Merging;

namespace NeuralBurden.Tests.Model.Merging;

/// <summary>Matches once and from then on merges the same tokens by the same weights.</summary>
internal sealed class FrozenMerging(TokenMerging inner)
    : TokenMerging(inner.Name, inner.Plan, inner.ProportionalAttention)
{
    private readonly Dictionary<int, (int[] Map, double[] Weights, int Left)> _frozen = [];

    public override TokenFusion Fusion => inner.Fusion;

    public override TokenMatch Match(in MergeContext context, int r)
    {
        var device = (ReferenceDevice)context.Device;
        if (!_frozen.TryGetValue(context.Place, out var frozen))
        {
            var first = inner.Match(context, r);
            frozen = (new int[first.Map.Count], new double[first.Weights.Count], first.Left);
            device.Download(first.Map, frozen.Map);
            device.DownloadDoubles(first.Weights, frozen.Weights);
            _frozen[context.Place] = frozen;
        }

        Tensor map = context.TakeMap(), weights = context.Workspace.Take(map.Shape);
        device.Upload(frozen.Map, map);
        device.UploadDoubles(frozen.Weights, weights);
        return new TokenMatch(map, frozen.Left, weights);
    }

    public override long MatchCost(int place, int tokens, VitShape shape) => inner.MatchCost(place, tokens, shape);
}
