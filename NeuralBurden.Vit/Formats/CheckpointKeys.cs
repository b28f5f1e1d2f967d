namespace NeuralBurden.Vit.Formats;

/// <summary>Metadata keys and tensor-name prefixes of this program's safetensors files.</summary>
public static class CheckpointKeys
{
    /// <summary>U8, bit i % 8 of byte i / 8 is weight i, set where the weight is kept; spare bits are
    /// zero.</summary>
    public const string Mask = "mask.";

    /// <summary>
    /// F32 of the matrix's shape: stored weights that differ from the effective ones where the mask keeps them, too. In
    /// model files of format 1 those of every masked matrix.
    /// </summary>
    public const string Persistent = "persistent.";

    /// <summary>
    /// F32, the stored weights that the mask removes, in row-major order; absent where all are zero. The others are the
    /// model's.
    /// </summary>
    public const string Hidden = "hidden.";

    /// <summary>F32, kept weights of a matrix in compact form, in row-major order; the mask says where they belong.</summary>
    public const string Kept = "kept.";

    /// <summary>I32, the shape of a matrix in compact form.</summary>
    public const string Shape = "shape.";

    public const string Optimizer = "optim.";
    public const string Ema = "ema.";
    public const string Pruner = "pruner.";

    /// <summary>What a training run has recorded so far.</summary>
    public const string Run = "run.";

    /// <summary>Metadata key of the resolved config, YAML.</summary>
    public const string Config = "config";

    internal const string Own = "nb.";
    internal const string Format = "format";
    internal const string Kind = "nb.kind";
    internal const string Version = "nb.version";
    internal const string Step = "nb.step";
    internal const string Epoch = "nb.epoch";
    internal const string StepsPerEpoch = "nb.steps_per_epoch";
    internal const string DataCursor = "nb.data_cursor";
    internal const string Seed = "nb.seed";
    internal const string ConfigHash = "nb.config_hash";
    internal const string Device = "nb.device";
    internal const string ProgramVersion = "nb.program";
    internal const string Content = "nb.content";
    internal const string Score = "nb.score";
    internal const string Model = "nb.model_crc32c";
    internal const string HeaderCrc = "nb.header_crc32c";
    internal const string TensorCrc = "nb.crc32c.";

    private static readonly string[] Prefixes = [Mask, Persistent, Hidden, Optimizer, Ema, Pruner, Run, Kept, Shape];

    internal static bool IsOwn(string key) => key.StartsWith(Own, StringComparison.Ordinal);

    internal static bool IsReserved(string key) => IsOwn(key) || key == Format;

    /// <summary>The prefix that <paramref name="name"/> begins with; empty for a weight.</summary>
    public static string PrefixOf(string name) =>
        Array.Find(Prefixes, prefix => name.StartsWith(prefix, StringComparison.Ordinal)) ?? "";
}
