using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace NeuralBurden.Vit.Formats.PyTorch;

/// <summary>
/// Reads a Python pickle (PEP 307, PEP 3154) as data. Python's own reader calls whatever function the file names; this
/// one calls nothing: it knows tensors, dictionaries, lists, tuples, text and numbers, keeps a few harmless classes as
/// inert nodes, and refuses any other name before anything is made of it.
/// </summary>
internal sealed class PickleReader
{
    private readonly byte[] _data;
    private readonly string _file;
    private readonly List<object?> _stack = [];
    private readonly Stack<int> _marks = [];
    private readonly Dictionary<long, object?> _memo = [];
    private int _at;

    private PickleReader(byte[] data, string file) => (_data, _file) = (data, file);

    /// <returns>
    /// A <see cref="PickleDictionary"/>, a <c>List</c> of values (lists and tuples), text, a number, a
    /// <see cref="PickleTensor"/> or an inert node.
    /// </returns>
    /// <exception cref="CheckpointFormatException">
    /// The file is damaged, or names something that is no tensor or plain data; names it.
    /// </exception>
    public static object? Read(byte[] data, string file)
    {
        var reader = new PickleReader(data, file);
        try
        {
            return reader.Run();
        }
        catch (Exception e) when (e is InvalidCastException or NullReferenceException or ArgumentException
            or InvalidOperationException or OverflowException or KeyNotFoundException)
        {
            throw new CheckpointFormatException(
                file, "data.pkl", $"is damaged at byte {reader._at - 1} of {data.Length}", e);
        }
    }

    private object? Run()
    {
        while (true)
        {
            int code = Byte();
            switch (code)
            {
                case '.': return Pop();
                case 0x80: Byte(); break;
                case 0x95: Take(8); break;
                case '(': _marks.Push(_stack.Count); break;
                case '0': Pop(); break;
                case '1': FromMark(); break;
                case '2': Push(_stack[^1]); break;
                case 'N': Push(null); break;
                case 0x88: Push(true); break;
                case 0x89: Push(false); break;
                case 'K': Push((long)Byte()); break;
                case 'M': Push((long)BinaryPrimitives.ReadUInt16LittleEndian(Take(2))); break;
                case 'J': Push((long)BinaryPrimitives.ReadInt32LittleEndian(Take(4))); break;
                case 0x8a: Push(Integer(Take(Byte()))); break;
                case 0x8b: Push(Integer(Take(Length(4)))); break;
                case 'G': Push(BinaryPrimitives.ReadDoubleBigEndian(Take(8))); break;
                case 'X': Push(Encoding.UTF8.GetString(Take(Length(4)))); break;
                case 0x8c: Push(Encoding.UTF8.GetString(Take(Byte()))); break;
                case 0x8d: Push(Encoding.UTF8.GetString(Take(Length(8)))); break;
                case 'U' or 'C': Push(Encoding.Latin1.GetString(Take(Byte()))); break;
                case 'T' or 'B': Push(Encoding.Latin1.GetString(Take(Length(4)))); break;
                case 0x8e: Push(Encoding.Latin1.GetString(Take(Length(8)))); break;
                case '}': Push(new PickleDictionary()); break;
                case ']' or ')' or 0x8f: Push(new List<object?>()); break;
                case 't' or 'l' or 0x91: Push(FromMark()); break;
                case 'd': Dictionary(); break;
                case 0x85: Tuple(1); break;
                case 0x86: Tuple(2); break;
                case 0x87: Tuple(3); break;
                case 'a': Append([Pop()]); break;
                case 'e' or 0x90: Append(FromMark()); break;
                case 's': SetItems([.. PopPair()]); break;
                case 'u': SetItems(FromMark()); break;
                case 'q': _memo[Byte()] = _stack[^1]; break;
                case 'r': _memo[Length(4)] = _stack[^1]; break;
                case 0x94: _memo[_memo.Count] = _stack[^1]; break;
                case 'h': Push(_memo[Byte()]); break;
                case 'j': Push(_memo[Length(4)]); break;
                case 'c': Push(PickleName.Of($"{Line()}.{Line()}", _file)); break;
                case 0x93: Global(); break;
                case 'R' or 0x81: Call(); break;
                case 'b': Build(); break;
                case 'Q': Push(PickleStorage.Of((List<object?>)Pop()!, _file)); break;
                default:
                    throw new CheckpointFormatException(
                        _file, "data.pkl", $"has the instruction 0x{code:x2} at byte {_at - 1}, which no file of tensors needs");
            }
        }
    }

    private void Global()
    {
        string name = (string)Pop()!, module = (string)Pop()!;
        Push(PickleName.Of($"{module}.{name}", _file));
    }

    private void Call()
    {
        var arguments = (List<object?>)Pop()!;
        Push(((PickleName)Pop()!).Build(arguments, _file));
    }

    // The state of an inert object; a dictionary's attributes are no entries of it.
    private void Build() => Pop();

    private void Tuple(int count)
    {
        var items = _stack.GetRange(_stack.Count - count, count);
        _stack.RemoveRange(_stack.Count - count, count);
        Push(items);
    }

    private void Append(List<object?> items)
    {
        if (_stack[^1] is List<object?> list) list.AddRange(items);
        else if (_stack[^1] is not PickleName.Inert) throw new InvalidCastException();
    }

    private void Dictionary()
    {
        var items = FromMark();
        Push(new PickleDictionary());
        SetItems(items);
    }

    private void SetItems(List<object?> items)
    {
        if (_stack[^1] is PickleName.Inert) return;
        var dictionary = (PickleDictionary)_stack[^1]!;
        for (int i = 0; i < items.Count; i += 2) dictionary.Set(items[i], items[i + 1]);
    }

    private object?[] PopPair()
    {
        object? value = Pop(), key = Pop();
        return [key, value];
    }

    private List<object?> FromMark()
    {
        int mark = _marks.Pop();
        var items = _stack.GetRange(mark, _stack.Count - mark);
        _stack.RemoveRange(mark, _stack.Count - mark);
        return items;
    }

    // No tensor needs one beyond 64 bits, and its digits would take the square of its length.
    private static object Integer(ReadOnlySpan<byte> bytes)
    {
        var value = new BigInteger(bytes);
        return value >= long.MinValue && value <= long.MaxValue ? (long)value : new PickleName.Inert();
    }

    private void Push(object? value) => _stack.Add(value);

    private object? Pop()
    {
        object? value = _stack[^1];
        _stack.RemoveAt(_stack.Count - 1);
        return value;
    }

    private int Byte() => Take(1)[0];

    private int Length(int bytes) => bytes == 4
        ? checked((int)BinaryPrimitives.ReadUInt32LittleEndian(Take(4)))
        : checked((int)BinaryPrimitives.ReadUInt64LittleEndian(Take(8)));

    private string Line()
    {
        int end = Array.IndexOf(_data, (byte)'\n', _at);
        if (end < 0) throw new InvalidOperationException();
        string line = Encoding.UTF8.GetString(_data, _at, end - _at);
        _at = end + 1;
        return line;
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count < 0 || count > _data.Length - _at) throw new InvalidOperationException();
        _at += count;
        return _data.AsSpan(_at - count, count);
    }
}
