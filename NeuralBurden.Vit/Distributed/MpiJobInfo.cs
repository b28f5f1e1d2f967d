using System.Globalization;

namespace NeuralBurden.Vit.Distributed;

/// <summary>What mpirun tells a process that it starts, before any library is loaded.</summary>
/// <param name="Rank">This process, from 0.</param>
/// <param name="Ranks">Processes of the job.</param>
/// <param name="LocalRank">This process among those of its machine.</param>
public sealed record MpiJobInfo(int Rank, int Ranks, int LocalRank)
{
    /// <summary>The job that this process belongs to; null where it was not started by Open MPI's mpirun.</summary>
    public static MpiJobInfo? Of(Func<string, string?> environment)
    {
        int? Number(string name) =>
            int.TryParse(environment(name), NumberStyles.None, CultureInfo.InvariantCulture, out int n) ? n : null;
        return Number("OMPI_COMM_WORLD_SIZE") is { } ranks && Number("OMPI_COMM_WORLD_RANK") is { } rank
            ? new MpiJobInfo(rank, ranks, Number("OMPI_COMM_WORLD_LOCAL_RANK") ?? 0)
            : null;
    }

    /// <summary>
    /// The device of this rank: the config's where a machine has one of a kind, else the one that is as many places
    /// after it as this rank is after its machine's first, so that ranks of one machine do not share a GPU.
    /// </summary>
    public string DeviceOf(string configured)
    {
        string[] parts = configured.Split(':');
        return parts.Length == 2 && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int first)
            ? string.Create(CultureInfo.InvariantCulture, $"{parts[0]}:{first + LocalRank}")
            : configured;
    }
}
