using System.Runtime.ExceptionServices;

namespace NeuralBurden.Vit.Data;

/// <summary>
/// Reads batches of images, those that lie in a file or in a folder on background threads and, once told which is next,
/// while the batch before is in use. What it gives is a function of the indices alone, whatever was begun and by how many
/// threads. For one thread.
/// </summary>
internal sealed class BatchReader : IDisposable
{
    private readonly ImageDataset _data;
    private readonly int _batch;
    private readonly int[] _coming;
    private byte[] _pixels;
    private byte[] _ahead = [];
    private int _count;
    private Task? _reading;

    /// <param name="batch">Most images in a batch.</param>
    /// <exception cref="ArgumentException">So many images are more than an array holds.</exception>
    public BatchReader(ImageDataset data, int batch)
    {
        if ((long)batch * data.ImageBytes > Array.MaxLength)
        {
            throw new ArgumentException(
                $"a batch of {batch} images of {data.ImageBytes} bytes is larger than 2 GiB; allowed: up to "
                + $"{Array.MaxLength / data.ImageBytes} images", nameof(batch));
        }

        (_data, _batch) = (data, batch);
        (_coming, _pixels) = (new int[batch], new byte[batch * data.ImageBytes]);
    }

    /// <summary>Begins to read the batch that comes next; none if it is empty or pixels lie in memory.</summary>
    public void Begin(ReadOnlySpan<int> indices)
    {
        Finish();
        if (_data.Workers == 0 || indices.IsEmpty) return;
        if (_ahead.Length == 0) _ahead = new byte[_batch * _data.ImageBytes];
        indices.CopyTo(_coming);
        _count = indices.Length;
        var (coming, ahead) = (_coming.AsMemory(0, _count), _ahead);
        _reading = Task.Run(() => Fill(coming, ahead));
    }

    /// <summary>[B, C, H, W], valid until the next call.</summary>
    /// <exception cref="Exception">An image is not what it was at import; names the file.</exception>
    public ReadOnlySpan<byte> Read(ReadOnlySpan<int> indices)
    {
        int length = indices.Length * _data.ImageBytes;
        if (_reading is { } reading && _coming.AsSpan(0, _count).SequenceEqual(indices))
        {
            _reading = null;
            reading.GetAwaiter().GetResult();
            (_pixels, _ahead) = (_ahead, _pixels);
        }
        else if (_data.Workers == 0)
        {
            int size = _data.ImageBytes;
            for (int i = 0; i < indices.Length; i++) _data.Read(indices[i], _pixels.AsSpan(i * size, size));
        }
        else
        {
            Finish();
            Fill(indices.ToArray(), _pixels);
        }

        return _pixels.AsSpan(0, length);
    }

    public void Dispose() => Finish();

    // What went wrong with images that nobody asked for is nobody's concern.
    private void Finish()
    {
        try
        {
            _reading?.Wait();
        }
        catch (AggregateException)
        {
        }

        _reading = null;
    }

    private void Fill(ReadOnlyMemory<int> indices, byte[] pixels)
    {
        int size = _data.ImageBytes;
        try
        {
            Parallel.For(
                0,
                indices.Length,
                new ParallelOptions { MaxDegreeOfParallelism = _data.Workers },
                i => _data.Read(indices.Span[i], pixels.AsSpan(i * size, size)));
        }
        catch (AggregateException e)
        {
            ExceptionDispatchInfo.Throw(e.InnerExceptions[0]);
        }
    }
}
