using System.Runtime.CompilerServices;

namespace NeuralBurden.Tests;

/// <summary>Tests keep what the program caches in a folder of their own, never in the user's.</summary>
internal static class TestCache
{
    [ModuleInitializer]
    internal static void Redirect()
    {
        string folder = Path.Combine(Path.GetTempPath(), $"nb-cache-{Environment.ProcessId}");
        Environment.SetEnvironmentVariable("NB_CACHE", folder);
        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
        {
            if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        };
    }
}
