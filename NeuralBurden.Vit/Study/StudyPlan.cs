using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using NeuralBurden.Vit.ConfigTable;

namespace NeuralBurden.Vit.Study;

/// <summary>
/// What a study commits itself to before its confirmation, <c>plan.json</c>: the runs, the rules, the endpoints and the
/// program, with a hash over all of it. Only runs that it lists confirm; everything else is exploratory.
/// </summary>
public sealed record StudyPlan
{
    /// <summary>Layout of the file.</summary>
    public const int CurrentVersion = 1;

    public required int Version { get; init; }

    public required string Study { get; init; }

    public required StudyFocus Focus { get; init; }

    /// <summary>What every run starts from, with the settings of each method; <c>study.rows</c> left out.</summary>
    public required string Config { get; init; }

    /// <summary>The confirmatory endpoints, in the order of the focus.</summary>
    public required IReadOnlyList<StudyEndpoint> Endpoints { get; init; }

    /// <summary>How a verdict is reached, in sentences with their numbers.</summary>
    public required IReadOnlyList<string> Rules { get; init; }

    /// <summary>Ids of the runs that confirm, twins included.</summary>
    public required IReadOnlyList<string> Runs { get; init; }

    /// <summary>Version and commit of the program that wrote the plan.</summary>
    public required string Code { get; init; }

    /// <summary>sha256 over the plan without this member, in 64 hexadecimal digits.</summary>
    public string Hash { get; init => field = value ?? ""; } = "";

    /// <summary>The plan with its hash.</summary>
    public StudyPlan Sealed() => this with { Hash = Digest() };

    /// <summary>Whether nobody changed it since it was written.</summary>
    [JsonIgnore]
    public bool IsIntact => Hash == Digest();

    /// <summary>
    /// What this plan and one made now differ in, other than the program's version; null where they agree.
    /// </summary>
    public string? DifferenceTo(StudyPlan now)
    {
        if (!IsIntact) return "the plan was changed after it was written: its hash does not fit";
        string[] parts =
        [
            .. Differs(Study != now.Study, "name"),
            .. Differs(Json(Focus) != Json(now.Focus), "focus"),
            .. Differs(!ConfigText.Essence(Config).SequenceEqual(ConfigText.Essence(now.Config)), "config"),
            .. Differs(!Endpoints.SequenceEqual(now.Endpoints), "endpoints"),
            .. Differs(!Rules.SequenceEqual(now.Rules), "rules"),
            .. Differs(!Runs.SequenceEqual(now.Runs), "runs"),
        ];
        return parts is [] ? null : $"the study is not what was planned; changed since: {string.Join(", ", parts)}";
    }

    private static string[] Differs(bool differs, string part) => differs ? [part] : [];

    private static string Json(StudyFocus focus) => JsonSerializer.Serialize(focus, StudyJson.Default.StudyFocus);

    private string Digest() => Convert.ToHexStringLower(SHA256.HashData(
        JsonSerializer.SerializeToUtf8Bytes(this with { Hash = "" }, StudyJson.Default.StudyPlan)));
}
