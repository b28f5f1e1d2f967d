using System.Text;

namespace NeuralBurden.Bench.Peers;

/// <summary>
/// TorchSharp's native library asks for GLIBCXX_3.4.32 (GCC 13) for the sake of one symbol, which Debian 12 has not and
/// <c>run</c> preloads. Marks the version weak in the ELF file (<c>VER_FLG_WEAK</c>, gABI symbol versioning), so that its
/// absence ends nothing.
/// </summary>
internal static class WeakVersion
{
    private const string Version = "GLIBCXX_3.4.32";
    private const uint VersionsNeeded = 0x6ffffffe;
    private const ushort Weak = 2;

    public static void Mark(string path)
    {
        byte[] file = File.ReadAllBytes(path);
        int table = (int)BitConverter.ToUInt64(file, 0x28), size = BitConverter.ToUInt16(file, 0x3a);
        int sections = BitConverter.ToUInt16(file, 0x3c);
        for (int i = 0; i < sections; i++)
        {
            int section = table + (i * size);
            if (BitConverter.ToUInt32(file, section + 4) != VersionsNeeded) continue;
            int strings = Offset(file, table + ((int)BitConverter.ToUInt32(file, section + 40) * size));
            MarkIn(file, Offset(file, section), strings);
        }

        string marked = path + ".marked";
        File.WriteAllBytes(marked, file);
        File.Move(marked, path, overwrite: true);
    }

    // Elf64_Verneed: version, count, file, first entry, next; Elf64_Vernaux: hash, flags, other, name, next.
    private static void MarkIn(byte[] file, int need, int strings)
    {
        for (uint next = 1; next != 0; need += (int)next)
        {
            next = BitConverter.ToUInt32(file, need + 12);
            int entry = need + (int)BitConverter.ToUInt32(file, need + 8);
            for (int left = BitConverter.ToUInt16(file, need + 2); left > 0; left--)
            {
                int name = strings + (int)BitConverter.ToUInt32(file, entry + 8);
                string text = Encoding.ASCII.GetString(file, name, Array.IndexOf(file, (byte)0, name) - name);
                if (text == Version) BitConverter.TryWriteBytes(file.AsSpan(entry + 4), Weak);
                entry += (int)BitConverter.ToUInt32(file, entry + 12);
            }
        }
    }

    private static int Offset(byte[] file, int section) => (int)BitConverter.ToUInt64(file, section + 24);
}
