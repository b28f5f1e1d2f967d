using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using NeuralBurden.Compute.Devices;
using NeuralBurden.Vit.Files;

namespace NeuralBurden.Vit.Benchmarks;

/// <summary>
/// Which devices of this machine have been checked, and how that ended: <c>checked-devices.json</c> in the user's cache
/// folder. What was found holds for the machine, the device, its driver and the program's version; any other is unknown.
/// </summary>
public sealed class CheckedDevices
{
    private const string FileName = "checked-devices.json";

    private readonly string _path;

    /// <param name="folder">The cache folder; made when something is recorded.</param>
    public CheckedDevices(string folder) => _path = Path.Combine(folder, FileName);

    /// <summary>Those of <c>NB_CACHE</c>, else of the user's cache folder.</summary>
    public static CheckedDevices OfUser() => new(CacheFolder.Resolve(Environment.GetEnvironmentVariable));

    /// <summary>How the last check ended and when; null if this device was not checked as it is now.</summary>
    public (bool Passed, DateTime When)? Find(DeviceListing device)
    {
        if (Read()[KeyOf(device)] is not JsonObject entry) return null;
        bool isWhole = entry["passed"] is JsonValue passed && passed.TryGetValue(out bool _)
            && entry["when"] is JsonValue when && when.TryGetValue(out DateTime _);
        return isWhole ? ((bool)entry["passed"]!, ((DateTime)entry["when"]!).ToUniversalTime()) : null;
    }

    /// <summary>A cache folder that cannot be written leaves the device unchecked; nothing else depends on it.</summary>
    public void Record(DeviceListing device, bool passed, DateTime when)
    {
        var all = Read();
        all[KeyOf(device)] = new JsonObject
        {
            ["passed"] = passed,
            ["when"] = when.ToString("O", CultureInfo.InvariantCulture),
        };
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
            AtomicFile.WriteAllText(_path, all.ToJsonString(new JsonSerializerOptions { WriteIndented = true }));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
        }
    }

    // The driver's version is among the capabilities.
    private static string KeyOf(DeviceListing device)
    {
        var version = typeof(CheckedDevices).Assembly.GetName().Version;
        string[] parts =
            [Environment.MachineName, device.Id, device.Name, .. device.Capabilities, $"nb {version?.ToString(3)}"];
        return string.Join(" | ", parts);
    }

    // Whatever is no such file is as good as none: the check is made again.
    private JsonObject Read()
    {
        try
        {
            return File.Exists(_path) && JsonNode.Parse(File.ReadAllText(_path)) is JsonObject all ? all : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return [];
        }
    }
}
