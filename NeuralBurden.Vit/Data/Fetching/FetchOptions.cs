namespace NeuralBurden.Vit.Data.Fetching;

/// <summary>How a data set is fetched.</summary>
public sealed record FetchOptions
{
    /// <summary>Touch no network: what is missing is an error.</summary>
    public bool Offline { get; init; }

    /// <summary>Attempts per mirror and round; each goes on where the one before broke off.</summary>
    public int Attempts { get; init; } = 4;

    /// <summary>Longest wait for an answer or for the next bytes.</summary>
    public TimeSpan Stall { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Least bytes a second, over each <see cref="Window"/>; a slower mirror is left for the next one.</summary>
    public long LeastRate { get; init; } = 2048;

    /// <summary>Stretch over which <see cref="LeastRate"/> is measured; progress is told as often.</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Longest time that one answer may take, at whatever rate.</summary>
    public TimeSpan Longest { get; init; } = TimeSpan.FromHours(6);

    /// <summary>Pause before another attempt at the same mirror, longer each time.</summary>
    public TimeSpan Pause { get; init; } = TimeSpan.FromSeconds(1);
}
