using NeuralBurden.Cli.Config;
using NeuralBurden.Vit.Runs;

namespace NeuralBurden.Cli.Running;

/// <summary>Reads run folders, whose config is YAML.</summary>
internal static class StoredRuns
{
    public static StoredRun Read(string folder)
    {
        var file = ConfigFile.Load(Path.Combine(folder, RunFolder.ConfigFile));
        return StoredRun.Read(folder, ConfigExpansion.Single(file, ConfigOverrides.None));
    }
}
