namespace NeuralBurden.Cli.Options;

/// <summary>
/// Threads beyond the cores, or a container's share of them, only get in each other's way: a command takes no more, and
/// says so.
/// </summary>
internal static class ThreadLimit
{
    /// <summary>Cores that this process may use, the limit of its container or job included.</summary>
    public static int Cores => Environment.ProcessorCount;

    /// <summary>What is used of <paramref name="asked"/>, which is told where it is less.</summary>
    public static int Cap(int asked, TextWriter error)
    {
        if (asked <= Cores) return asked;
        string there = Cores == 1 ? "there is 1 core; 1 is used" : $"there are {Cores} cores; {Cores} are used";
        error.WriteLine($"nb: --threads {asked}: {there}");
        return Cores;
    }
}
