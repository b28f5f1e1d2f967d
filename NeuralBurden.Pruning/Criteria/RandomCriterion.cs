using NeuralBurden.Pruning.Counting;
using NeuralBurden.Pruning.State;
using NeuralBurden.Pruning.Tensors;

namespace NeuralBurden.Pruning.Criteria;

/// <summary>score = uniform in [0, 1), a function of (seed, stream, step, position) alone.</summary>
public sealed class RandomCriterion(uint stream = CounterRandom.Score) : Criterion
{
    private PruningContext? _context;

    public override string Name => "random";

    public override bool IsRandom => true;

    public override void Attach(PruningContext context) => _context = context;

    public override void Score(int t, PrunableTensor tensor, long step, Span<float> scores)
    {
        var context = _context ?? throw new InvalidOperationException("Criterion 'random' is not attached.");
        uint first = (uint)context.Offset(t);
        for (int i = 0; i < scores.Length; i++)
            scores[i] = CounterRandom.Uniform(context.Seed, stream, step, first + (uint)i);
    }
}
