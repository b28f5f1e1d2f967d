using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace NeuralBurden.Tests.Formats;

/// <summary>
/// A file as <c>torch.save</c> writes it, made here from Python's description of pickles (PEP 307, PEP 3154, PEP 574) for
/// any protocol from 2 to 5.
/// </summary>
internal sealed class TorchSample(int protocol)
{
    private readonly MemoryStream _pickle = new();
    private readonly Dictionary<string, byte[]> _storages = [];
    private int _memo;

    /// <summary>The bytes of data.pkl so far.</summary>
    public byte[] Pickle => _pickle.ToArray();

    public TorchSample Begin()
    {
        Raw(0x80, (byte)protocol);
        // The length of a frame is a hint; readers may ignore it.
        if (protocol >= 4) Raw([0x95, .. new byte[8]]);
        return this;
    }

    public TorchSample Raw(params byte[] bytes)
    {
        _pickle.Write(bytes);
        return this;
    }

    /// <summary>A name of Python code, remembered as Python's writer remembers it.</summary>
    public TorchSample Name(string module, string name)
    {
        if (protocol >= 4) Text(module).Text(name).Raw(0x93);
        else Raw([(byte)'c', .. Encoding.UTF8.GetBytes($"{module}\n{name}\n")]);
        return Remember();
    }

    public TorchSample Text(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text), length = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
        Raw(protocol >= 4 && bytes.Length < 256 ? [0x8c, (byte)bytes.Length, .. bytes] : [(byte)'X', .. length, .. bytes]);
        return Remember();
    }

    public TorchSample Integer(long value)
    {
        byte[] bytes = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        return value switch
        {
            >= 0 and < 256 => Raw((byte)'K', bytes[0]),
            >= 0 and < 65_536 => Raw((byte)'M', bytes[0], bytes[1]),
            >= int.MinValue and <= int.MaxValue => Raw([(byte)'J', .. bytes[..4]]),
            _ => Raw([0x8a, 8, .. bytes]),
        };
    }

    public TorchSample Tuple(params long[] values)
    {
        if (values.Length > 3) Raw((byte)'(');
        foreach (long value in values) Integer(value);
        return Raw(values.Length switch { 0 => (byte)')', 1 => 0x85, 2 => 0x86, 3 => 0x87, _ => (byte)'t' });
    }

    /// <summary>An empty dictionary, filled by <see cref="Raw"/>: '(' key value ... 'u'.</summary>
    public TorchSample OrderedDict() => Name("collections", "OrderedDict").Raw((byte)')', (byte)'R').Remember();

    /// <summary>A view of a storage of its own or of one that is there already.</summary>
    public TorchSample Tensor(string storageClass, string key, byte[] storage, long offset, long[] shape, long[] strides)
    {
        _storages[key] = storage;
        Name("torch._utils", "_rebuild_tensor_v2").Raw((byte)'(', (byte)'(').Text("storage").Name("torch", storageClass);
        Text(key).Text("cpu").Integer(storage.Length).Raw((byte)'t', (byte)'Q');
        Integer(offset).Tuple(shape).Tuple(strides).Raw(0x89);
        return OrderedDict().Raw((byte)'t', (byte)'R').Remember();
    }

    public TorchSample End() => Raw((byte)'.');

    /// <param name="pickle">In place of this one's.</param>
    public void Save(string path, byte[]? pickle = null)
    {
        File.Delete(path);
        using var archive = ZipFile.Open(path, ZipArchiveMode.Create);
        Add("data.pkl", pickle ?? Pickle);
        Add("byteorder", "little"u8.ToArray());
        foreach (var (key, bytes) in _storages) Add($"data/{key}", bytes);

        void Add(string name, byte[] bytes)
        {
            using var stream = archive.CreateEntry($"archive/{name}", CompressionLevel.NoCompression).Open();
            stream.Write(bytes);
        }
    }

    private TorchSample Remember() => protocol >= 4 ? Raw(0x94) : Raw((byte)'q', (byte)(_memo++ % 256));
}
