using NeuralBurden.Vit.Files;

namespace NeuralBurden.Vit.Formats;

/// <summary>
/// A safetensors file or a checkpoint that is truncated, altered, or not what the caller needs. Readers throw
/// it before they hand out anything of the part at fault.
/// </summary>
public sealed class CheckpointFormatException(
    string file, string field, string problem, Exception? inner = null)
    : MalformedFileException(file, field, problem, inner);
