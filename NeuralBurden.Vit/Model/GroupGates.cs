using NeuralBurden.Compute.Devices;
using NeuralBurden.Compute.Tensors;
using NeuralBurden.Pruning.State;

namespace NeuralBurden.Vit.Model;

/// <summary>
/// Adds up gates of a model's groups in backward passes that carry it: of heads, on attention's output before its
/// projection; of hidden units, on their values after GELU. Between <see cref="Begin"/> and <see cref="Download"/> lie the
/// passes of one step. See <see cref="IGroupGates"/>.
/// </summary>
public sealed class GroupGates(Device device, VitShape shape) : IGroupGates, IDisposable
{
    private readonly string[] _sets = [.. Enumerable.Range(0, shape.Depth).Select(ModelGroups.SetOf)];
    private readonly int[] _offsets = new int[shape.Depth + 1];
    private Tensor _sums;
    private float[] _host = [];

    /// <summary>The kind of groups that is measured; see <see cref="ModelGroups"/>.</summary>
    public string Kind { get; private set; } = "";

    /// <summary>The sums of the last step, block after block.</summary>
    public Span<float> Sums => _host;

    /// <summary>Begins a step with sums of zero; allocates where the kind is another than before.</summary>
    public void Begin(string kind)
    {
        if (kind != Kind) Allocate(kind);
        device.Clear(_sums);
    }

    /// <summary>
    /// Adds the gates of a block's groups, if they are of the kind in question: rows of outputs [M, groups * width] and the
    /// loss's gradient by them.
    /// </summary>
    public void Add(string kind, int block, in Tensor output, in Tensor gradient)
    {
        if (kind != Kind) return;
        int first = _offsets[block];
        device.GateSums(new(output, gradient, _sums.Slice(first, new Shape(_offsets[block + 1] - first))));
    }

    /// <summary>Brings the sums to the host. Waits for the device.</summary>
    public void Download() => device.Download(_sums, _host);

    /// <exception cref="ArgumentException">No such set, or gates of another kind were measured.</exception>
    public ReadOnlySpan<float> Read(string kind, string set)
    {
        int block = Array.IndexOf(_sets, set);
        if (kind != Kind || block < 0)
            throw new ArgumentException($"No gates of '{kind}' in '{set}' were measured.", nameof(kind));
        return _host.AsSpan(_offsets[block].._offsets[block + 1]);
    }

    public void Dispose()
    {
        if (!_sums.IsNone) _sums.Buffer.Dispose();
    }

    private void Allocate(string kind)
    {
        Dispose();
        Kind = kind;
        for (int i = 0; i < shape.Depth; i++)
        {
            var (heads, hidden) = shape.Block(i);
            _offsets[i + 1] = _offsets[i] + (kind == ModelGroups.Heads ? heads : hidden);
        }

        _host = new float[_offsets[^1]];
        _sums = device.AllocateTensor(new Shape(_host.Length), $"gates of {kind}");
    }
}
