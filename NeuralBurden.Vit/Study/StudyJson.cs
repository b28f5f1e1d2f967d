using System.Text.Json.Serialization;

namespace NeuralBurden.Vit.Study;

/// <summary>Writer and reader of <c>study.json</c>, without reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(StudyData))]
[JsonSerializable(typeof(StudyRun))]
public sealed partial class StudyJson : JsonSerializerContext;
