using System.Text.Json.Serialization;
using NeuralBurden.Vit.Burden;

namespace NeuralBurden.Vit.Runs;

/// <summary>
/// JSON of the run folder's records: snake_case, numbers in shortest round-trip form, absent instead of null.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(RunResult))]
[JsonSerializable(typeof(ContentFingerprint))]
[JsonSerializable(typeof(EpochRecord))]
[JsonSerializable(typeof(BurdenPhase))]
[JsonSerializable(typeof(BurdenSite))]
[JsonSerializable(typeof(BurdenRecord))]
[JsonSerializable(typeof(List<BurdenRecord>))]
[JsonSerializable(typeof(List<EpochRecord>))]
[JsonSerializable(typeof(EnvironmentRecord))]
[JsonSerializable(typeof(RunOwner))]
[JsonSerializable(typeof(MergeLook))]
[JsonSerializable(typeof(IReadOnlyList<LoadRecord>))]
public sealed partial class RunJson : JsonSerializerContext;
