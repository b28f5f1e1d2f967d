namespace NeuralBurden.Tests.Ilgpu;

/// <summary>What one pass through a loop executes; see <see cref="PtxLoops"/>.</summary>
internal sealed record PtxLoop(int Instructions, int MultiplyAdds, int Loads, int Results)
{
    public double Share => (double)MultiplyAdds / Instructions;

    /// <summary>A loop that writes results is the end of a tile, with its GELU; products keep their sums in registers.</summary>
    public bool IsProduct => MultiplyAdds > 0 && Results == 0;

    public override string ToString() =>
        $"{Instructions} instructions, {MultiplyAdds} multiply-adds ({Share:P0}), {Loads} loads";
}
