using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;

namespace NeuralBurden.Tests.Formats;

/// <summary>Reads float32 files of <c>numpy.save</c>, which this program only writes.</summary>
internal static partial class NpyReader
{
    public static (int[] Shape, float[] Values) Read(string path)
    {
        byte[] file = File.ReadAllBytes(path);
        int start = 10 + BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan(8));
        var header = HeaderPattern().Match(Encoding.ASCII.GetString(file.AsSpan(10..start)));
        if (!header.Success) throw new InvalidDataException($"{path} is no float32 array in C order");
        const StringSplitOptions options = StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries;
        string[] extents = header.Groups[1].Value.Split(',', options);
        float[] values = MemoryMarshal.Cast<byte, float>(file.AsSpan(start)).ToArray();
        return ([.. extents.Select(e => int.Parse(e, CultureInfo.InvariantCulture))], values);
    }

    [GeneratedRegex(@"^\{'descr': '<f4', 'fortran_order': False, 'shape': \(([0-9, ]*)\), \} *\n\z")]
    private static partial Regex HeaderPattern();
}
