using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.InteropServices;
using NeuralBurden.Compute.Sparse;

namespace NeuralBurden.Vit.Formats;

/// <summary>
/// A training checkpoint on the disk: the model, <c>FILE.safetensors</c>, which stands alone, and
/// <c>FILE.state.safetensors</c> with what training needs beside it: hidden weights, moments, averages, the pruner's state
/// and the records. No value is in both. The state names its model by a checksum and is written first, so that a model
/// file has its own state or, where a process was killed in between, one that is refused.
/// </summary>
internal static class CheckpointPair
{
    private const string Extension = ".safetensors", StateExtension = ".state" + Extension;

    /// <summary>The state that belongs to a model file.</summary>
    public static string StateOf(string model) => Path.ChangeExtension(model, null) + StateExtension;

    /// <summary>The model file that a state belongs to; null where the name is of no state.</summary>
    public static string? ModelOf(string state) =>
        state.EndsWith(StateExtension, StringComparison.Ordinal) ? state[..^StateExtension.Length] + Extension : null;

    /// <param name="model">The effective weights.</param>
    /// <param name="training">The same moment's stored weights, with the masks and all else.</param>
    /// <param name="path">Of the model file.</param>
    /// <exception cref="IOException">One cannot be written; a pair of another name is intact.</exception>
    public static void Save(Checkpoint model, Checkpoint training, string path)
    {
        var (tensors, metadata) = model.Encode();
        var state = new Checkpoint(
            CheckpointKind.State, training.Info with { Model = metadata[CheckpointKeys.HeaderCrc] });
        foreach (string name in training.Names)
        {
            training.TryGet(name, out var tensor);
            switch (CheckpointKeys.PrefixOf(name))
            {
                case CheckpointKeys.Mask: break;
                case "": AddHidden(state, model, tensor!); break;
                default: state.Add(tensor!); break;
            }
        }

        foreach (var (key, value) in training.Extra)
            if (!model.Extra.ContainsKey(key)) state.SetExtra(key, value);
        state.Save(StateOf(path));
        try
        {
            SafetensorsWriter.Write(path, tensors, metadata);
        }
        catch (IOException) when (!File.Exists(path))
        {
            File.Delete(StateOf(path));
            throw;
        }
    }

    /// <summary>Reads both files as one training checkpoint, or the one file of format 1.</summary>
    /// <exception cref="CheckpointFormatException">One is damaged, the state is missing or of another
    /// checkpoint.</exception>
    public static Checkpoint Load(string path)
    {
        var model = Checkpoint.Load(path);
        if (model.Kind == CheckpointKind.Training) return model;
        var state = StateFor(model);
        var training = new Checkpoint(CheckpointKind.Training, model.Info) { Source = path };
        foreach (string name in model.Names)
        {
            model.TryGet(name, out var tensor);
            training.Add(CheckpointKeys.PrefixOf(name).Length == 0 ? Stored(model, state, tensor!) : tensor!);
        }

        foreach (string name in state.Names)
        {
            if (CheckpointKeys.PrefixOf(name) is CheckpointKeys.Hidden or CheckpointKeys.Persistent) continue;
            state.TryGet(name, out var tensor);
            training.Add(tensor!);
        }

        foreach (var (key, value) in model.Extra.Concat(state.Extra)) training.SetExtra(key, value);
        training.RequireNone(CheckpointRules.FirstBreach(training.Kind, training.Tensors));
        return training;
    }

    /// <summary>Where the checkpoint was taken, from the headers alone.</summary>
    /// <exception cref="CheckpointFormatException">One breaks the format, or they do not belong together.</exception>
    public static CheckpointInfo LoadInfo(string path)
    {
        var model = Checkpoint.LoadHeader(path);
        if (model.Kind != CheckpointKind.Training) StateFor(model, Checkpoint.LoadHeader);
        return model.Info;
    }

    /// <summary>The state that belongs to a loaded model file.</summary>
    /// <exception cref="CheckpointFormatException">It is missing, damaged or of another model.</exception>
    public static Checkpoint StateFor(Checkpoint model) => StateFor(model, file => Checkpoint.Load(file));

    private static Checkpoint StateFor(Checkpoint model, Func<string, Checkpoint> read)
    {
        string file = StateOf(model.Source);
        if (model.Kind != CheckpointKind.Model)
        {
            throw new CheckpointFormatException(
                model.Source, CheckpointKeys.Kind, $"is {model.Kind.ToString().ToLowerInvariant()}; expected model");
        }

        if (!File.Exists(file))
        {
            throw new CheckpointFormatException(
                file, "file", $"is missing: it holds what training goes on from; {model.Source} alone is a model to use");
        }

        var state = read(file);
        if (state.Kind != CheckpointKind.State)
        {
            throw new CheckpointFormatException(
                file, CheckpointKeys.Kind, $"is {state.Kind.ToString().ToLowerInvariant()}; expected state");
        }

        if (state.Info.Model is null || state.Info.Model != model.HeaderCrc || state.Info.Step != model.Info.Step)
        {
            throw new CheckpointFormatException(
                file,
                CheckpointKeys.Model,
                $"is {state.Info.Model ?? "missing"}, of step {state.Info.Step}; {model.Source} is {model.HeaderCrc}, of step "
                + $"{model.Info.Step}: they are not of one checkpoint");
        }

        return state;
    }

    /// <summary>The stored weights behind an effective tensor.</summary>
    /// <param name="model">Of format 1 or 2.</param>
    /// <param name="state">Its state.</param>
    /// <param name="effective">A tensor of the model.</param>
    /// <exception cref="CheckpointFormatException">Hidden weights do not fit the mask.</exception>
    public static NamedTensor Stored(Checkpoint model, Checkpoint state, NamedTensor effective)
    {
        string name = effective.Name, hidden = CheckpointKeys.Hidden + name, persistent = CheckpointKeys.Persistent + name;
        int[] shape = [.. effective.Shape];
        if (state.Contains(persistent)) return NamedTensor.Of(name, shape, state.Floats(persistent, shape).ToArray());
        if (!state.Contains(hidden)) return effective;
        float[] values = model.Floats(name, shape).ToArray();
        if (!TryMask(model, name, out byte[]? bits))
            throw new CheckpointFormatException(state.Source, hidden, $"is of a matrix without mask in {model.Source}");
        var removed = state.Floats(hidden, values.Length - bits.Sum(b => BitOperations.PopCount(b)));
        int next = 0;
        for (int i = 0; i < values.Length; i++)
            if (!MaskWords.Get(bits, i)) values[i] = removed[next++];
        return NamedTensor.Of(name, shape, values);
    }

    private static void AddHidden(Checkpoint state, Checkpoint model, NamedTensor stored)
    {
        int[] shape = [.. stored.Shape];
        var effective = model.Floats(stored.Name, shape);
        stored.TryValues(out ReadOnlySpan<float> values);
        if (Same(values, effective)) return;
        bool masked = TryMask(model, stored.Name, out byte[]? bits);
        var removed = new List<float>();
        for (int i = 0; i < values.Length; i++)
        {
            if (masked && !MaskWords.Get(bits!, i))
            {
                removed.Add(values[i]);
                continue;
            }

            if (SameBits(values[i], effective[i])) continue;
            // The method changes weights that it keeps, by a threshold say.
            state.Add(CheckpointKeys.Persistent + stored.Name, shape, values.ToArray());
            return;
        }

        if (removed.TrueForAll(v => SameBits(v, 0))) return;
        state.Add(CheckpointKeys.Hidden + stored.Name, [removed.Count], removed.ToArray());
    }

    private static bool TryMask(Checkpoint model, string name, [NotNullWhen(true)] out byte[]? bits)
    {
        bits = null;
        if (!model.TryGet(CheckpointKeys.Mask + name, out var mask)) return false;
        if (!mask.TryValues(out ReadOnlySpan<byte> values)) return false;
        bits = values.ToArray();
        return true;
    }

    private static bool Same(ReadOnlySpan<float> a, ReadOnlySpan<float> b) =>
        MemoryMarshal.AsBytes(a).SequenceEqual(MemoryMarshal.AsBytes(b));

    private static bool SameBits(float a, float b) => BitConverter.SingleToInt32Bits(a) == BitConverter.SingleToInt32Bits(b);
}
