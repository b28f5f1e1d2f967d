namespace NeuralBurden.Compute.Contracts;

/// <summary>Theoretical work: multiply-adds of matrix products (2 FLOP each) and bytes read and written once.</summary>
public readonly record struct OpCost(long MultiplyAdds, long Bytes)
{
    public static OpCost operator +(OpCost a, OpCost b) => new(a.MultiplyAdds + b.MultiplyAdds, a.Bytes + b.Bytes);
}
