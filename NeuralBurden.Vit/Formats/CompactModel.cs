using System.Numerics;
using NeuralBurden.Compute.Sparse;

namespace NeuralBurden.Vit.Formats;

/// <summary>
/// A pruned model for inference, stored sparsely: of each pruned matrix a bit per weight and the kept weights, 1 / 8 + 4
/// density bytes a weight instead of 4. No weights behind the mask, no state of training. Logits are those of the
/// model file.
/// </summary>
public static class CompactModel
{
    /// <summary>The compact form of a model file.</summary>
    /// <exception cref="CheckpointFormatException">It is no model file, or no weight of it is pruned.</exception>
    public static Checkpoint Compress(Checkpoint model)
    {
        if (model.Kind != CheckpointKind.Model)
        {
            throw new CheckpointFormatException(
                model.Source, CheckpointKeys.Kind, $"is {model.Kind.ToString().ToLowerInvariant()}; expected model");
        }

        var compact = new Checkpoint(CheckpointKind.Compact, model.Info) { Source = model.Source };
        bool pruned = false;
        foreach (string name in model.Names.Where(n => CheckpointKeys.PrefixOf(n).Length == 0))
        {
            model.TryGet(name, out NamedTensor? tensor);
            if (IsSmaller(model, tensor!))
            {
                AddSparse(compact, model, tensor!);
                pruned = true;
            }
            else
            {
                compact.Add(tensor!);
            }
        }

        if (!pruned)
            throw new CheckpointFormatException(model.Source, "mask.*", "prunes no weight; there is nothing to make smaller");
        foreach (var (key, value) in model.Extra) compact.SetExtra(key, value);
        return compact;
    }

    /// <summary>The model file, without persistent weights, that a compact one stands for.</summary>
    public static Checkpoint Expand(Checkpoint compact)
    {
        var model = new Checkpoint(CheckpointKind.Model, compact.Info) { Source = compact.Source };
        foreach (string name in compact.Names)
        {
            compact.TryGet(name, out NamedTensor? tensor);
            switch (CheckpointKeys.PrefixOf(name))
            {
                case CheckpointKeys.Kept:
                    AddDense(model, compact, name[CheckpointKeys.Kept.Length..], tensor!);
                    break;
                case "" or CheckpointKeys.Mask:
                    model.Add(tensor!);
                    break;
            }
        }

        foreach (var (key, value) in compact.Extra) model.SetExtra(key, value);
        return model;
    }

    private static bool IsSmaller(Checkpoint model, NamedTensor tensor)
    {
        if (!model.TryGet(CheckpointKeys.Mask + tensor.Name, out NamedTensor? mask)
            || !mask.TryValues(out ReadOnlySpan<byte> bits) || !tensor.TryValues(out ReadOnlySpan<float> values))
        {
            return false;
        }

        long kept = 0;
        foreach (byte b in bits) kept += BitOperations.PopCount(b);
        return bits.Length + (sizeof(float) * kept) < sizeof(float) * (long)values.Length;
    }

    private static void AddSparse(Checkpoint compact, Checkpoint model, NamedTensor tensor)
    {
        model.TryGet(CheckpointKeys.Mask + tensor.Name, out NamedTensor? mask);
        mask!.TryValues(out ReadOnlySpan<byte> bits);
        tensor.TryValues(out ReadOnlySpan<float> values);
        var kept = new List<float>();
        for (int i = 0; i < values.Length; i++)
            if (MaskWords.Get(bits, i)) kept.Add(values[i]);
        compact.Add(mask);
        compact.Add(CheckpointKeys.Kept + tensor.Name, [kept.Count], kept.ToArray());
        int[] shape = [.. tensor.Shape];
        compact.Add(NamedTensor.Of(CheckpointKeys.Shape + tensor.Name, [shape.Length], shape));
    }

    private static void AddDense(Checkpoint model, Checkpoint compact, string name, NamedTensor kept)
    {
        compact.TryGet(CheckpointKeys.Shape + name, out NamedTensor? shape);
        compact.TryGet(CheckpointKeys.Mask + name, out NamedTensor? mask);
        shape!.TryValues(out ReadOnlySpan<int> extents);
        mask!.TryValues(out ReadOnlySpan<byte> bits);
        kept.TryValues(out ReadOnlySpan<float> values);
        int count = 1, next = 0;
        foreach (int extent in extents) count *= extent;
        float[] dense = new float[count];
        for (int i = 0; i < dense.Length; i++)
            if (MaskWords.Get(bits, i)) dense[i] = values[next++];
        model.Add(name, extents, dense);
    }
}
