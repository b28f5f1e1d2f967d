namespace NeuralBurden.Tests.Ilgpu;

/// <summary>What one pass through a loop executes; see <see cref="PtxLoops"/>.</summary>
internal sealed record PtxLoop(int Instructions, int MultiplyAdds, int Loads)
{
    public double Share => (double)MultiplyAdds / Instructions;

    public override string ToString() =>
        $"{Instructions} instructions, {MultiplyAdds} multiply-adds ({Share:P0}), {Loads} loads";
}
