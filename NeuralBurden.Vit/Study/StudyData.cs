namespace NeuralBurden.Vit.Study;

/// <summary>
/// All of a study that its statistics and its report are made from, <c>study.json</c>: nothing else is read, so the
/// same file gives the same report.
/// </summary>
public sealed record StudyData
{
    /// <summary>Layout of the file.</summary>
    public const int CurrentFormat = 1;

    public required int Format { get; init; }

    public required string Name { get; init; }

    /// <summary>Runs that the study has in all, finished or not.</summary>
    public required int Planned { get; init; }

    /// <summary>Runs that failed: folder and reason.</summary>
    public IReadOnlyList<string> Failures { get; init; } = [];

    public required string Dataset { get; init; }

    /// <summary>Training images that each run saw.</summary>
    public required int TrainImages { get; init; }

    /// <summary>Images that accuracies are taken on.</summary>
    public required int TestImages { get; init; }

    public required int Epochs { get; init; }

    /// <summary>Blocks of the network.</summary>
    public required int Depth { get; init; }

    /// <summary>The whole config with its block <c>study:</c>.</summary>
    public required string Config { get; init; }

    /// <summary>Machines and versions that the runs were made on.</summary>
    public required IReadOnlyList<string> MadeOn { get; init; }

    public required IReadOnlyList<StudyRun> Runs { get; init; }
}
