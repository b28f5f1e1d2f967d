namespace NeuralBurden.Bench.Peers;

/// <summary>What a peer is asked for: the model of <c>nb bench</c>, its batch, threads and modes.</summary>
internal sealed class PeerOptions(string[] arguments)
{
    public const int Channels = 3, Classes = 10, MlpRatio = 4;

    public int Threads => Number("--threads", 1);

    public int Dim => Number("--dims", 128);

    public int Batch => Number("--batch", 128);

    public int Depth => Number("--depth", 4);

    public int Heads => Number("--heads", 4);

    public int Image => Number("--image", 32);

    public int Patch => Number("--patch", 4);

    public int Patches => Image / Patch * (Image / Patch);

    public string[] Modes(string all) => Text("--modes", all).Split(',');

    private int Number(string name, int value) => int.Parse(Text(name, $"{value}"));

    private string Text(string name, string value) =>
        Array.IndexOf(arguments, name) is var at and >= 0 ? arguments[at + 1] : value;
}
