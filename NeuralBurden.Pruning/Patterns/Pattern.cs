using NeuralBurden.Compute.Sparse;
using NeuralBurden.Pruning.Counting;
using NeuralBurden.Pruning.Errors;
using NeuralBurden.Pruning.State;
using NeuralBurden.Pruning.Tensors;

namespace NeuralBurden.Pruning.Patterns;

/// <summary>
/// Which sets of weights live and die together. A pattern divides the matrices into segments of units;
/// selection works on units, and the mask is the union of the kept ones. N:M, whose groups compete only
/// within themselves, selects alone.
/// </summary>
public abstract class Pattern
{
    private int[] _offsets = [0];
    private int[] _words = [0];

    public abstract string Name { get; }

    /// <summary>
    /// False where units are confined to small groups, so that there is nothing for drop-and-grow to move.
    /// </summary>
    public virtual bool HasFreeUnits => true;

    /// <summary>True when every weight is a unit, so that scores need no reduction.</summary>
    public virtual bool IsUnstructured => false;

    protected PruningContext Context { get; private set; } = null!;

    public Segment[] Segments { get; private set; } = [];

    public int TotalUnits => _offsets[^1];

    public int TotalWords => _words[^1];

    /// <summary>Weights of a unit; units of one segment may differ at its edges.</summary>
    public virtual int WeightsOf(int segment, int unit) => 1;

    /// <summary>Divides the matrices; throws where they do not fit the pattern.</summary>
    /// <exception cref="SettingException">The pattern does not fit; names the tensor.</exception>
    public void Attach(PruningContext context)
    {
        Context = context;
        Segments = Divide();
        _offsets = new int[Segments.Length + 1];
        _words = new int[Segments.Length + 1];
        for (int i = 0; i < Segments.Length; i++)
        {
            _offsets[i + 1] = _offsets[i] + Segments[i].Units;
            _words[i + 1] = _words[i] + MaskWords.WordCount(Segments[i].Units);
        }
    }

    /// <summary>A segment's part of an array with one entry per unit.</summary>
    public Span<float> Units(float[] all, int segment) =>
        all.AsSpan(_offsets[segment], Segments[segment].Units);

    /// <summary>A segment's part of a bit set; segments begin at word boundaries.</summary>
    public Span<ulong> Words(ulong[] all, int segment) =>
        all.AsSpan(_words[segment], _words[segment + 1] - _words[segment]);

    /// <summary>
    /// units[u] = mean score of the weights of unit u; scores are concatenated over tensors.
    /// </summary>
    public abstract void Reduce(float[] scores, float[] units);

    /// <summary>Whether the pattern selects by a rule of its own, in which the distribution has no say.</summary>
    public virtual bool SelectsAlone => false;

    /// <summary>Selects by the pattern's own rule.</summary>
    public virtual void Select(float[] units, ulong[] bits, double sparsity) =>
        throw new NotSupportedException($"pattern '{Name}' leaves selection to the distribution");

    /// <summary>
    /// Lets the device select as <see cref="Select"/> would by magnitude; false where it has no way to, or where a weight is
    /// not finite.
    /// </summary>
    public virtual bool TryMarkLargest(IPrunableArena arena, ulong[] bits, double sparsity) => false;

    /// <summary>Bits of the units that the current masks keep.</summary>
    public abstract void ReadMasks(ulong[] bits);

    /// <summary>Writes the masks from unit bits; weights outside every unit stay kept.</summary>
    public abstract void WriteMasks(ulong[] bits);

    /// <summary>Throws when a mask breaks the pattern.</summary>
    /// <exception cref="PruningInvariantException">Names the tensor and the unit.</exception>
    public abstract void Check();

    protected abstract Segment[] Divide();
}
