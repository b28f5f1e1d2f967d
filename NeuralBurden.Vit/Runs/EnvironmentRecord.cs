namespace NeuralBurden.Vit.Runs;

/// <summary>Where and with what a run was made, <c>env.json</c>.</summary>
public sealed record EnvironmentRecord
{
    /// <summary>Version of the program.</summary>
    public required string Version { get; init; }

    /// <summary>Source commit of the build; absent where the build did not know it.</summary>
    public string? Commit { get; init; }

    public required string Device { get; init; }

    /// <summary>Name of the device's hardware, such as the processor's.</summary>
    public string? Hardware { get; init; }

    /// <summary>SIMD instruction sets that the process may use.</summary>
    public required IReadOnlyList<string> InstructionSets { get; init; }

    /// <summary>Logical cores that the process sees.</summary>
    public required int Cores { get; init; }

    /// <summary>Cores that the run was allowed.</summary>
    public required int Threads { get; init; }

    /// <summary>Processes that trained the run together; absent where it was one.</summary>
    public int? Ranks { get; init; }

    /// <summary>What the run computes from; absent in records of version 0.1.0.</summary>
    public ContentFingerprint? Content { get; init; }

    public required string Os { get; init; }

    public required string Architecture { get; init; }

    public required string Dotnet { get; init; }

    /// <summary>Versions of the packages in the build.</summary>
    public required IReadOnlyDictionary<string, string> Packages { get; init; }
}
