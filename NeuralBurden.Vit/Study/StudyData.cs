using System.Text.Json.Serialization;

namespace NeuralBurden.Vit.Study;

/// <summary>
/// All of a study that its statistics and its report are made from, <c>study.json</c>: nothing else is read, so the
/// same file gives the same report.
/// </summary>
public sealed record StudyData
{
    /// <summary>Layout of the file. Version 1 was the first engine's, whose verdicts are withdrawn.</summary>
    public const int CurrentVersion = 2;

    public required int Version { get; init; }

    public required string Name { get; init; }

    /// <summary>Runs that the study has in all, finished or not, twins included.</summary>
    public required int Planned { get; init; }

    /// <summary>Runs that failed: id and reason.</summary>
    public IReadOnlyList<string> Failures { get; init => field = value ?? []; } = [];

    public required string Dataset { get; init; }

    /// <summary>Images that a run trains on by the study's base.</summary>
    public required int TrainImages { get; init; }

    /// <summary>Images that accuracies are taken on.</summary>
    public required int TestImages { get; init; }

    /// <summary>Blocks of the network.</summary>
    public required int Depth { get; init; }

    /// <summary>The whole config with its block <c>study:</c>.</summary>
    public required string Config { get; init; }

    /// <summary>What the study is to confirm; absent = everything is exploratory.</summary>
    public StudyFocus? Focus { get; init; }

    /// <summary>The plan that was written before the confirmation; absent = everything is exploratory.</summary>
    public StudyPlan? Plan { get; init; }

    /// <summary>Where the study is not what its plan says, so that nothing is confirmatory; absent where it is.</summary>
    public string? PlanBroken { get; init; }

    /// <summary>Machines and versions that the runs were made on.</summary>
    public required IReadOnlyList<string> MadeOn { get; init; }

    /// <summary>Finished runs of the study, in its order.</summary>
    public required IReadOnlyList<StudyRun> Runs { get; init; }

    /// <summary>
    /// Finished runs that the study's present form does not ask for; nothing reads them, but they are not trained again
    /// should it ask.
    /// </summary>
    public IReadOnlyList<StudyRun> Others { get; init => field = value ?? []; } = [];

    /// <summary>Every line: the study's runs and the others.</summary>
    [JsonIgnore]
    public IEnumerable<StudyRun> Lines => Runs.Concat(Others);

    /// <summary>Whether a run's figures are confirmatory: the plan lists it and holds.</summary>
    public bool IsConfirmatory(StudyRun run) => Plan is not null && PlanBroken is null && Plan.Runs.Contains(run.Id);
}
