namespace NeuralBurden.Tests.Packages;

/// <summary>A run of seconds on the embedded set.</summary>
internal static class SmallRun
{
    public const string File = "small.yaml";

    public static void WriteTo(string folder) => System.IO.File.WriteAllText(Path.Combine(folder, File), """
        name: small
        data.train_count: 64
        data.test_count: 32
        train: {epochs: 1, batch_size: 32}
        model: {depth: 1, dim: 16, heads: 2}
        burden.probe_images: 0
        slurm: {time: "60"}
        """);
}
