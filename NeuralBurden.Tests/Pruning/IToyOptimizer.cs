using NeuralBurden.Pruning;
using NeuralBurden.Pruning.Tensors;

namespace NeuralBurden.Tests.Pruning;

internal interface IToyOptimizer
{
    void Update(PrunableTensor tensor, long step, Pruner pruner);
}
