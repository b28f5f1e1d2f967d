namespace NeuralBurden.Vit.Formats.PyTorch;

/// <summary>
/// A Python name that a pickle may use. What Python would call is answered here by plain data; a name that is not
/// listed is refused when it is read.
/// </summary>
internal sealed class PickleName
{
    // What training scripts put beside the weights. Kept as inert nodes: nothing of them is built.
    private static readonly HashSet<string> Harmless =
    [
        "argparse.Namespace", "numpy.core.multiarray.scalar", "numpy._core.multiarray.scalar", "numpy.dtype",
        "_codecs.encode", "builtins.set", "__builtin__.set", "builtins.frozenset", "torch.device", "torch.dtype",
        "pathlib.PosixPath", "pathlib.WindowsPath", "collections.defaultdict", "builtins.dict", "builtins.slice",
        "torch.serialization._get_layout", "types.SimpleNamespace", "builtins.complex", "builtins.bytearray",
    ];

    private static readonly Dictionary<string, TensorDtype> Storages = new()
    {
        ["torch.FloatStorage"] = TensorDtype.F32,
        ["torch.DoubleStorage"] = TensorDtype.F64,
        ["torch.HalfStorage"] = TensorDtype.F16,
        ["torch.BFloat16Storage"] = TensorDtype.BF16,
        ["torch.LongStorage"] = TensorDtype.I64,
        ["torch.IntStorage"] = TensorDtype.I32,
        ["torch.ShortStorage"] = TensorDtype.I16,
        ["torch.CharStorage"] = TensorDtype.I8,
        ["torch.ByteStorage"] = TensorDtype.U8,
        ["torch.BoolStorage"] = TensorDtype.Bool,
    };

    private readonly string _name;

    private PickleName(string name) => _name = name;

    /// <summary>The element type of a storage class; null for any other name.</summary>
    public TensorDtype? Dtype => Storages.TryGetValue(_name, out var dtype) ? dtype : null;

    /// <exception cref="CheckpointFormatException">The name is none of those that files of tensors need.</exception>
    public static PickleName Of(string name, string file)
    {
        if (name is "collections.OrderedDict" or "torch._utils._rebuild_tensor_v2" or "torch._utils._rebuild_parameter"
                or "torch.Size"
            || Storages.ContainsKey(name) || Harmless.Contains(name))
        {
            return new PickleName(name);
        }

        throw new CheckpointFormatException(
            file, name, "is Python code that the file asks to run; only tensors are read, and nothing was run. "
            + "torch.save(model.state_dict(), FILE) writes tensors alone");
    }

    /// <summary>What a call of the name gives.</summary>
    /// <exception cref="CheckpointFormatException">The arguments describe no tensor.</exception>
    public object? Build(List<object?> arguments, string file) => _name switch
    {
        "torch._utils._rebuild_tensor_v2" => PickleTensor.Of(arguments, file),
        "torch._utils._rebuild_parameter" => arguments is [PickleTensor tensor, ..]
            ? tensor
            : throw new CheckpointFormatException(file, "data.pkl", "describes a parameter without a tensor"),
        "torch.Size" => arguments is [List<object?> extents] ? extents : new Inert(),
        "collections.OrderedDict" => Dictionary(arguments),
        _ => new Inert(),
    };

    // OrderedDict() or, from older Pythons, OrderedDict([[key, value], ...]).
    private static PickleDictionary Dictionary(List<object?> arguments)
    {
        var dictionary = new PickleDictionary();
        if (arguments is not [List<object?> items]) return dictionary;
        foreach (object? item in items)
            if (item is List<object?> and [var key, var value]) dictionary.Set(key, value);
        return dictionary;
    }

    /// <summary>An object that nothing is known of and nothing is read from.</summary>
    public sealed class Inert;
}
