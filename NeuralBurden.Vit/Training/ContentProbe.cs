using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using NeuralBurden.Pruning.Catalog;
using NeuralBurden.Pruning.Presets;
using NeuralBurden.Vit.Data;
using NeuralBurden.Vit.Formats;
using NeuralBurden.Vit.Runs;
using NeuralBurden.Vit.Settings;

namespace NeuralBurden.Vit.Training;

/// <summary>Takes the fingerprint of what a run is about to compute from.</summary>
internal static class ContentProbe
{
    public static ContentFingerprint Of(RunConfig config, ImageDatasetPair data, MethodCatalog catalog) =>
        ContentFingerprint.Of(data) with
        {
            InitSha256 = config.Model.InitFrom != ModelConfig.None ? OfInitial(config.Model) : null,
            TwinSha256 = OfFileIfThere(config.Burden.Twin),
            TeacherSha256 = config.Train.Teacher != ModelConfig.None ? OfFileIfThere(config.Train.Teacher) : null,
            MethodSha256 = OfMethod(catalog.Find(config.Pruning.Method)),
        };

    private static string? OfMethod(MethodPreset preset)
    {
        var assembly = preset.Build.Method.Module.Assembly;
        if (assembly == typeof(MethodCatalog).Assembly) return null;
        // In a single-file program assemblies are no files; the compiler's own id of the content stands in.
        string? file = PathOf(assembly);
        return file is not null
            ? OfFile(file)
            : Convert.ToHexStringLower(SHA256.HashData(assembly.ManifestModule.ModuleVersionId.ToByteArray()));
    }

    private static string? PathOf(Assembly assembly)
    {
        string file = Path.Combine(AppContext.BaseDirectory, assembly.GetName().Name + ".dll");
        return !assembly.IsDynamic && File.Exists(file) ? file : null;
    }

    private static string? OfInitial(ModelConfig model)
    {
        string? sum = OfFileIfThere(model.InitFrom);
        return !model.InitHidden || OfFileIfThere(CheckpointPair.StateOf(model.InitFrom)) is not { } state
            ? sum
            : Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(sum + state)));
    }

    private static string? OfFileIfThere(string path) => File.Exists(path) ? OfFile(path) : null;

    private static string OfFile(string path)
    {
        using var stream = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }
}
