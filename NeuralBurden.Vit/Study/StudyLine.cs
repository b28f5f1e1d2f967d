using NeuralBurden.Vit.Burden;
using NeuralBurden.Vit.ConfigTable;
using NeuralBurden.Vit.Reports;
using NeuralBurden.Vit.Runs;

namespace NeuralBurden.Vit.Study;

/// <summary>Makes the line of a finished and measured run.</summary>
internal static class StudyLine
{
    public static StudyRun Of(StudyCell cell, StoredRun stored, IReadOnlyList<LoadRecord> loads, string? picture)
    {
        var result = stored.Result;
        return new StudyRun
        {
            Id = cell.Id,
            Hash = ConfigText.Hash(cell.Config),
            Fingerprint = result.Content?.Digest,
            Seed = cell.Config.Seed,
            Factors = cell.Factors,
            Rows = cell.Rows,
            Twin = cell.TwinId,
            Accuracy = result.TestAccuracy,
            ValidationAccuracy = result.ValidationAccuracy,
            TestLoss = result.TestLoss,
            TrainLoss = result.TrainLoss,
            ActualSparsity = result.Sparsity,
            Params = result.Params,
            ParamsKept = result.ParamsKept,
            MacsPerImage = result.MacsPerImageTheoretical,
            ReturnRate = result.ReturnRate,
            WallSeconds = result.WallSeconds,
            Commit = stored.Environment?.Commit,
            Picture = picture,
            PictureText = picture is not null && stored.Merges is { } look ? MergeText.Of(look) : null,
            Loads = loads,
        };
    }

    /// <summary>Machine and versions in a line.</summary>
    public static string Place(EnvironmentRecord e) =>
        $"{e.Device}{(e.Hardware is null ? "" : $" ({e.Hardware})")}, {ReportText.Count(e.Threads, "thread")} a run, "
        + $"{e.Os} {e.Architecture}, .NET {e.Dotnet}, NeuralBurden {e.Version}"
        + (e.Commit is null ? "" : $" at {e.Commit[..Math.Min(10, e.Commit.Length)]}");
}
