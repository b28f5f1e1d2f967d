namespace NeuralBurden.Compute.Benchmarks;

/// <summary>Another program that measures on the same machine, one of both at a time.</summary>
public interface ITurns
{
    /// <summary>Waits until a round may begin; false where the other side asks for no more.</summary>
    bool Begin();

    /// <summary>A round has ended; the machine is the other side's.</summary>
    void End();
}
