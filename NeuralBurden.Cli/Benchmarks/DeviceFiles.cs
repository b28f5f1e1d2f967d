using NeuralBurden.Cli.Output;
using NeuralBurden.Vit.Reports;

namespace NeuralBurden.Cli.Benchmarks;

/// <summary>Device files that the user names.</summary>
internal static class DeviceFiles
{
    /// <exception cref="UserException">It cannot be read, or is no such file.</exception>
    public static DeviceFile Read(string path)
    {
        try
        {
            return DeviceFile.Parse(File.ReadAllText(path), path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            throw new UserException(e.Message);
        }
    }
}
