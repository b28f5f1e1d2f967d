using System.Globalization;

namespace NeuralBurden.Vit.Formats;

/// <summary>Where in which run a checkpoint was taken; lies in the file's metadata under
/// <c>nb.*</c>.</summary>
/// <param name="Step">Optimizer steps done.</param>
/// <param name="Epoch">Epochs completed.</param>
/// <param name="DataCursor">Images of the current epoch already used.</param>
/// <param name="Seed">With <paramref name="Step"/> the whole state of the counter-based generators.</param>
/// <param name="ConfigHash">Hash of the resolved config; a resume under another config is refused by
/// it.</param>
/// <param name="Device">Device id, for example <c>cpu</c>.</param>
/// <param name="ProgramVersion">Version of the program that wrote the file.</param>
public sealed record CheckpointInfo(
    long Step,
    long Epoch,
    long DataCursor,
    ulong Seed,
    string ConfigHash,
    string Device,
    string ProgramVersion)
{
    /// <summary>The figure by which the best checkpoint is kept, higher is better; null where none was
    /// measured.</summary>
    public double? Score { get; init; }

    /// <summary>The fingerprint of what the run computes from, as text; null in files of version 0.1.0.</summary>
    public string? Content { get; init; }

    /// <summary>
    /// In a <see cref="CheckpointKind.State"/>, the CRC-32C of the model file that it belongs to, of its header with the
    /// checksums of all its tensors; else null.
    /// </summary>
    public string? Model { get; init; }

    /// <summary>Optimizer steps of one epoch; null where the file is older, or no run's.</summary>
    public long? StepsPerEpoch { get; init; }

    /// <summary>How much of training is done; null where the file does not say how long an epoch is.</summary>
    public double? EpochsDone => StepsPerEpoch is { } steps and > 0 ? (double)Step / steps : null;

    internal static CheckpointInfo Empty { get; } = new(0, 0, 0, 0, "", "", "");

    internal void WriteTo(IDictionary<string, string> metadata)
    {
        metadata[CheckpointKeys.Step] = Text(Step);
        metadata[CheckpointKeys.Epoch] = Text(Epoch);
        metadata[CheckpointKeys.DataCursor] = Text(DataCursor);
        metadata[CheckpointKeys.Seed] = Text(Seed);
        metadata[CheckpointKeys.ConfigHash] = ConfigHash;
        metadata[CheckpointKeys.Device] = Device;
        metadata[CheckpointKeys.ProgramVersion] = ProgramVersion;
        if (Content is not null) metadata[CheckpointKeys.Content] = Content;
        if (StepsPerEpoch is { } steps) metadata[CheckpointKeys.StepsPerEpoch] = Text(steps);
        if (Model is not null) metadata[CheckpointKeys.Model] = Model;
        if (Score is { } score)
            metadata[CheckpointKeys.Score] = score.ToString("R", CultureInfo.InvariantCulture);
    }

    internal static CheckpointInfo Read(MetadataReader metadata) => new(
        metadata.Count(CheckpointKeys.Step),
        metadata.Count(CheckpointKeys.Epoch),
        metadata.Count(CheckpointKeys.DataCursor),
        metadata.Parse<ulong>(CheckpointKeys.Seed, "a whole number from 0 to 2^64 - 1"),
        metadata.Text(CheckpointKeys.ConfigHash),
        metadata.Text(CheckpointKeys.Device),
        metadata.Text(CheckpointKeys.ProgramVersion))
    {
        Content = metadata.Has(CheckpointKeys.Content) ? metadata.Text(CheckpointKeys.Content) : null,
        StepsPerEpoch = metadata.Has(CheckpointKeys.StepsPerEpoch) ? metadata.Count(CheckpointKeys.StepsPerEpoch) : null,
        Model = metadata.Has(CheckpointKeys.Model) ? metadata.Text(CheckpointKeys.Model) : null,
        Score = metadata.Has(CheckpointKeys.Score)
            ? metadata.Parse<double>(CheckpointKeys.Score, "a number")
            : null,
    };

    private static string Text<T>(T value)
        where T : IFormattable => value.ToString(null, CultureInfo.InvariantCulture);
}
