using System.Text.Json;
using NeuralBurden.Vit.Files;

namespace NeuralBurden.Vit.Sparsity;

/// <summary>
/// Break-even densities of this machine, measured once per processor, vector width, number of threads and shape, and
/// kept in <c>sparse-break-even.json</c> of the user's cache folder: an object of key to [forward, input gradient].
/// </summary>
/// <remarks>
/// A file that cannot be read or makes no sense is as good as none, and one that cannot be written is measured again
/// next time: what a run computes does not depend on it, only its speed.
/// </remarks>
internal sealed class BreakEvenCache
{
    public const string FileName = "sparse-break-even.json";

    // Far more than the shapes of a person's models; a larger file is not ours.
    private const long MaxBytes = 1 << 20;

    private readonly string _path;
    private readonly SortedDictionary<string, double[]> _known = new(StringComparer.Ordinal);

    public BreakEvenCache(string folder)
    {
        _path = Path.Combine(folder, FileName);
        foreach (var (key, value) in Read()) _known[key] = value;
    }

    public BreakEven Get(string key, Func<BreakEven> measure)
    {
        if (_known.TryGetValue(key, out double[]? known)) return new BreakEven(known[0], known[1]);
        var measured = measure();
        // Another run may have added to the file meanwhile; its entries stay.
        foreach (var (other, value) in Read()) _known.TryAdd(other, value);
        _known[key] = [Math.Round(measured.Forward, 3), Math.Round(measured.InputGradient, 3)];
        Write();
        return new BreakEven(_known[key][0], _known[key][1]);
    }

    private Dictionary<string, double[]> Read()
    {
        var found = new Dictionary<string, double[]>();
        try
        {
            var file = new FileInfo(_path);
            if (!file.Exists || file.Length > MaxBytes) return found;
            using var json = JsonDocument.Parse(File.ReadAllBytes(_path));
            foreach (var entry in json.RootElement.EnumerateObject())
            {
                double[] value = [.. entry.Value.EnumerateArray().Select(v => v.GetDouble())];
                if (value.Length == 2 && value.All(v => v is >= 0 and <= 1)) found[entry.Name] = value;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException
            or InvalidOperationException or FormatException)
        {
            found.Clear();
        }

        return found;
    }

    private void Write()
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
            AtomicFile.Write(_path, stream =>
            {
                using var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, NewLine = "\n" });
                writer.WriteStartObject();
                foreach (var (key, value) in _known)
                {
                    writer.WriteStartArray(key);
                    foreach (double density in value) writer.WriteNumberValue(density);
                    writer.WriteEndArray();
                }

                writer.WriteEndObject();
            });
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A cache that cannot be kept costs a measurement, not the run.
        }
    }
}
