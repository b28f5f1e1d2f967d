using NeuralBurden.Pruning.Counting;

namespace NeuralBurden.Pruning.Patterns;

/// <summary>Every weight on its own.</summary>
public sealed class UnstructuredPattern : Pattern
{
    public override string Name => "unstructured";

    public override bool IsUnstructured => true;

    public override void Reduce(float[] scores, float[] units) => scores.CopyTo(units, 0);

    public override void ReadMasks(ulong[] bits)
    {
        for (int t = 0; t < Segments.Length; t++) Context.Tensors[t].Mask.Words.CopyTo(Words(bits, t));
    }

    public override void WriteMasks(ulong[] bits)
    {
        for (int t = 0; t < Segments.Length; t++) Context.Tensors[t].Mask.Replace(Words(bits, t));
    }

    public override void Check()
    {
    }

    protected override Segment[] Divide() =>
        [.. Context.Tensors.Select(t => new Segment(t.Name, t.Count, t.Rows, t.Columns))];
}
