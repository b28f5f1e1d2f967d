namespace NeuralBurden.Vit.Reports;

/// <summary>One figure of a device file: an op or a workload on one device, or why there is none.</summary>
public sealed record DeviceRow
{
    /// <summary>op, step or infer.</summary>
    public required string Kind { get; init; }

    /// <summary>Name of the op and its shape, or of the workload's case.</summary>
    public required string Name { get; init; }

    /// <summary>Of a workload: its model; of an op its shapes.</summary>
    public required string Shape { get; init; }

    /// <summary>Width of the model.</summary>
    public required int Dim { get; init; }

    public required string Device { get; init; }

    /// <summary>Cores or multiprocessors.</summary>
    public required int Threads { get; init; }

    /// <summary>What the check found; null where it passed, and only then are there figures.</summary>
    public string? Failure { get; init; }

    /// <summary>Seconds of one run or step.</summary>
    public double Median { get; init; }

    public double LowerQuartile { get; init; }

    public double UpperQuartile { get; init; }

    /// <summary>Of workloads.</summary>
    public double? ImagesPerSecond { get; init; }

    public double? Gflops { get; init; }

    public double? PercentOfPeak { get; init; }

    /// <summary>FLOP per byte that must be moved; null for what multiplies nothing or moves nothing.</summary>
    public double? Intensity { get; init; }

    /// <summary>Kernels of one step or pass, on devices that launch them.</summary>
    public int? Launches { get; init; }

    /// <summary>Of these, those of each block beyond the first.</summary>
    public double? LaunchesPerBlock { get; init; }

    /// <summary>What is measured, whatever the device.</summary>
    public string Case => $"{Kind} {Name}, d {Dim}, {Shape}";

    /// <summary>The device as a column of tables.</summary>
    public string Column => Device == "cpu" ? $"cpu, {ReportText.Count(Threads, "thread")}" : Device;
}
