namespace NeuralBurden.Vit.Formats.PyTorch;

/// <summary>The memory of one or more tensors: a file of the archive.</summary>
/// <param name="Key">Name of the file under <c>data/</c>.</param>
internal sealed record PickleStorage(string Key, TensorDtype Dtype)
{
    /// <summary>Of the persistent id ('storage', class, key, device, elements).</summary>
    public static PickleStorage Of(List<object?> id, string file) =>
        id is ["storage", PickleName { Dtype: { } dtype }, string key, ..]
            ? new PickleStorage(key, dtype)
            : throw new CheckpointFormatException(file, "data.pkl", "has a storage of a kind that is not known");
}
