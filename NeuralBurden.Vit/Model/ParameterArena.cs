using NeuralBurden.Compute.Devices;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Vit.Model;

/// <summary>
/// All parameters of a model in flat device memory: one arena of weights, one of gradients, and, once pruning
/// begins, one of effective weights. The sections of <see cref="ParameterRole"/> are contiguous, so that an optimizer
/// step is one op per section.
/// </summary>
public sealed class ParameterArena : IDisposable
{
    // Every parameter starts on a 64-byte boundary, a matrix under pruning on one of the words of its mask, a bit per
    // weight; the gaps hold zeros and stay zero under any optimizer.
    private const int Alignment = 16, MaskAlignment = 64;

    private readonly Device _device;
    private readonly Dictionary<string, Parameter> _byName = [];
    private readonly long[] _ends = new long[3];
    private DeviceBuffer? _effective;

    internal ParameterArena(Device device, IReadOnlyList<(string Name, int[] FileShape, Shape Shape, ParameterRole Role)> specs)
    {
        _device = device;
        long offset = 0;
        foreach (var role in Enum.GetValues<ParameterRole>())
        {
            int alignment = role == ParameterRole.Prunable ? MaskAlignment : Alignment;
            foreach (var spec in specs.Where(s => s.Role == role))
            {
                _byName.Add(spec.Name, new Parameter(spec.Name, spec.FileShape, spec.Shape, role, offset));
                offset += (spec.Shape.Count + alignment - 1) / alignment * alignment;
            }

            _ends[(int)role] = offset;
        }

        Length = offset;
        Weights = new Tensor(device.Allocate(offset, ElementType.Float32, "weights"), 0, new Shape((int)offset));
        Gradients = new Tensor(device.Allocate(offset, ElementType.Float32, "gradients"), 0, new Shape((int)offset));
        All = [.. specs.Select(s => _byName[s.Name])];
        foreach (var parameter in All)
        {
            parameter.Weights = Weights.Slice(parameter.Offset, parameter.Shape);
            parameter.Gradient = Gradients.Slice(parameter.Offset, parameter.Shape);
            parameter.Effective = parameter.Weights;
        }
    }

    /// <summary>All parameters in the order of timm's state dictionary.</summary>
    public IReadOnlyList<Parameter> All { get; }

    /// <summary>Elements of one arena, gaps included.</summary>
    public long Length { get; }

    /// <summary>The arena of weights, flat.</summary>
    public Tensor Weights { get; }

    /// <summary>The arena of gradients, flat.</summary>
    public Tensor Gradients { get; }

    /// <summary>Number of parameters, gaps excluded.</summary>
    public long Count => All.Sum(p => p.Shape.Count);

    /// <exception cref="KeyNotFoundException">No parameter of that name.</exception>
    public Parameter this[string name] => _byName.TryGetValue(name, out var found)
        ? found
        : throw new KeyNotFoundException($"the model has no parameter '{name}'");

    public bool Contains(string name) => _byName.ContainsKey(name);

    /// <summary>The part of a flat arena that holds one role.</summary>
    public Tensor Section(in Tensor arena, ParameterRole role)
    {
        long start = role == 0 ? 0 : _ends[(int)role - 1];
        return arena.Slice(start, new Shape((int)(_ends[(int)role] - start)));
    }

    /// <summary>Another arena of the same layout, zero-filled; the caller disposes its buffer.</summary>
    public Tensor AllocateLike(string label) => _device.AllocateTensor(new Shape((int)Length), label);

    /// <summary>
    /// Gives the named prunable parameters effective weights of their own, a copy of the weights for now.
    /// </summary>
    public Tensor Mask(IReadOnlyCollection<Parameter> parameters)
    {
        if (_effective is not null) throw new InvalidOperationException("the arena is masked already");
        var arena = AllocateLike("effective weights");
        _effective = arena.Buffer;
        foreach (var parameter in parameters)
        {
            parameter.Effective = arena.Slice(parameter.Offset, parameter.Shape);
            _device.Copy(parameter.Weights, parameter.Effective);
        }

        return arena;
    }

    public void Dispose()
    {
        Weights.Buffer.Dispose();
        Gradients.Buffer.Dispose();
        _effective?.Dispose();
    }
}
