namespace NeuralBurden.Bench.Peers;

/// <summary>A line of the table: a case of ours beside a mode of the peer.</summary>
/// <param name="Kind">step or infer.</param>
/// <param name="Case">Of <c>nb bench</c>.</param>
/// <param name="Mode">The peer's, which must do the same work or, dense, what the pruned case replaces.</param>
internal sealed record Ratio(string Kind, string Case, string Mode)
{
    public static IReadOnlyList<Ratio> All { get; } =
    [
        new("step", "dense", "train"),
        new("step", "pdwp90", "train_mask"),
        new("step", "masked-gradient90", "train_mask"),
        new("step", "dense+merge", "train_tome"),
        new("step", "pdwp90+merge", "train"),
        new("infer", "dense", "infer"),
        new("infer", "pdwp90", "infer"),
        new("infer", "dense+merge", "infer_tome"),
        new("infer", "pdwp90+merge", "infer"),
        new("infer", "pdwp90+merge", "infer_tome"),
    ];
}
