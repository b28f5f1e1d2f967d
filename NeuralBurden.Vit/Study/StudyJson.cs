using System.Text.Json.Serialization;

namespace NeuralBurden.Vit.Study;

/// <summary>JSON of <c>study.json</c> and <c>plan.json</c>, like that of the run folder's records.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(StudyData))]
[JsonSerializable(typeof(StudyPlan))]
[JsonSerializable(typeof(StudyFocus))]
public sealed partial class StudyJson : JsonSerializerContext;
