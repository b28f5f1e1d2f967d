namespace NeuralBurden.Pruning.Methods;

/// <summary>Prunes nothing: the zeros that the weights have when training begins stay zero, all else is trained.</summary>
public sealed class FixedMaskMethod : PruningMethod
{
    public override Persistence Persistence => Persistence.Zeroed;

    public override void Begin()
    {
        foreach (var tensor in Context.Tensors)
        {
            ulong[] words = new ulong[tensor.Mask.Words.Length];
            var weights = tensor.Weights;
            for (int i = 0; i < weights.Length; i++)
                if (weights[i] != 0) words[i / 64] |= 1UL << (i % 64);
            tensor.Mask.Replace(words);
        }
    }

    public override bool MayUpdateMasks(long step) => false;

    public override bool UpdateMasks(long step) => false;
}
