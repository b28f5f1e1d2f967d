using NeuralBurden.Compute.Devices;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Vit.Distributed;

/// <summary>
/// The processes that train one run together, each on its share of every batch (synchronous data parallelism). All of
/// them call the same members in the same order. Results are the same bits on every rank, so that whatever is decided
/// from them, masks above all, is decided alike.
/// </summary>
public interface IGradientExchange
{
    /// <summary>This process, from 0; rank 0 writes the run's files.</summary>
    int Rank { get; }

    int Ranks { get; }

    /// <summary>
    /// Begins to replace a part of the gradient by its mean over the ranks. Until <see cref="Finish"/> nobody may touch
    /// it; work on the rest goes on meanwhile. Allocates nothing once every part was seen.
    /// </summary>
    void Begin(Device device, in Tensor gradient);

    /// <summary>Waits for everything that was begun.</summary>
    void Finish();

    /// <summary>Replaces values by their sums over the ranks.</summary>
    void Sum(Span<float> values);

    /// <summary>Whether it is so on any rank; waits for all.</summary>
    bool Any(bool here);

    /// <summary>Whether a value is the same on all ranks; waits for all.</summary>
    bool Agrees(ulong value);
}
