namespace NeuralBurden.Bench.Peers;

/// <summary>What <c>run</c> hands over.</summary>
internal sealed class TurnOptions
{
    /// <summary>Name of the peer.</summary>
    public required string Peer { get; init; }

    /// <summary>Command line that starts the peer.</summary>
    public required string PeerCommand { get; init; }

    /// <summary>Command line that starts <c>nb</c>.</summary>
    public required string Ours { get; init; }

    public int[] Threads { get; init; } = [1];

    public int[] Dims { get; init; } = [128];

    public string[] Kinds { get; init; } = ["step", "infer"];

    /// <summary>Our cases to measure; null: all.</summary>
    public string[]? Cases { get; init; }

    public int Batch { get; init; } = 128;

    /// <summary>Of both sides together, for one width, number of threads and kind.</summary>
    public double Seconds { get; init; } = 30;

    /// <summary>Options of the model that both sides know: --depth, --heads, --image, --patch.</summary>
    public string[] Model { get; init; } = [];

    /// <summary>JSON file to write, or null.</summary>
    public string? Output { get; init; }

    /// <summary>Lines of the table of a kind, of the peer's modes.</summary>
    public List<Ratio> Lines(string kind, string[] modes) => [.. Ratio.All.Where(r =>
        r.Kind == kind && modes.Contains(r.Mode) && (Cases is null || Cases.Contains(r.Case)))];

    /// <exception cref="ArgumentException">An option is unknown or its value is not of its form.</exception>
    public static TurnOptions Parse(string[] arguments)
    {
        var given = new Dictionary<string, string>();
        for (int i = 0; i < arguments.Length; i += 2)
        {
            if (i + 1 == arguments.Length) throw new ArgumentException($"{arguments[i]} needs a value");
            given[arguments[i]] = arguments[i + 1];
        }

        string[] model = ["--depth", "--heads", "--image", "--patch"];
        string[] known =
            ["--peer", "--peer-command", "--nb", "--threads", "--dims", "--kinds", "--cases", "--batch", "--seconds", "--output"];
        string[] unknown = [.. given.Keys.Except([.. known, .. model])];
        if (unknown.Length > 0)
            throw new ArgumentException($"{unknown[0]} is no option; there are {string.Join(", ", [.. known[3..], .. model])}");
        string kinds = given.GetValueOrDefault("--kinds", "step,infer");
        if (kinds.Split(',').Except(["step", "infer"]).Any())
            throw new ArgumentException($"--kinds {kinds}: allowed: step, infer, or both with a comma");
        string[]? cases = given.GetValueOrDefault("--cases")?.Split(',');
        string[] named = [.. Ratio.All.Select(r => r.Case).Distinct()];
        if (cases?.Except(named).Any() == true)
        {
            throw new ArgumentException(
                $"--cases {given["--cases"]}: allowed: of {string.Join(", ", named)}, separated by commas");
        }

        return new TurnOptions
        {
            Peer = given["--peer"],
            PeerCommand = given["--peer-command"],
            Ours = given["--nb"],
            Threads = Numbers("--threads", "1"),
            Dims = Numbers("--dims", "128"),
            Kinds = kinds.Split(','),
            Cases = cases,
            Batch = Numbers("--batch", "128")[0],
            Seconds = Numbers("--seconds", "30")[0],
            Model = [.. model.Where(given.ContainsKey).SelectMany(name => new[] { name, $"{Numbers(name, "")[0]}" })],
            Output = given.GetValueOrDefault("--output"),
        };

        int[] Numbers(string name, string value)
        {
            string text = given.GetValueOrDefault(name, value);
            int[] numbers = [.. text.Split(',').Select(t => int.TryParse(t, out int n) ? n : 0)];
            return numbers.All(n => n > 0)
                ? numbers
                : throw new ArgumentException($"{name} {text}: allowed: whole numbers from 1 on, separated by commas");
        }
    }
}
