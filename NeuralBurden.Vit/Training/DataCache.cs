using NeuralBurden.Vit.Data;
using NeuralBurden.Vit.Runs;
using NeuralBurden.Vit.Settings;

namespace NeuralBurden.Vit.Training;

/// <summary>
/// Keeps the data set read last: the runs of a study or a sweep share theirs, and reading CIFAR-10 takes longer than
/// training a small network for an epoch. Images are never written to once read. For any number of threads.
/// </summary>
internal sealed class DataCache
{
    private readonly Lock _gate = new();
    private (DataConfig Data, int Limit, string? Folder)? _key;
    private ImageDatasetPair? _data;

    public ImageDatasetPair Get(RunConfig config, RunOptions options)
    {
        var key = (config.Data, config.Train.Limit, options.DataDirectory);
        lock (_gate)
        {
            if (_data is not null && _key == key) return _data;
            // Gone before the next is read, so that two never lie in memory.
            (_data, _key) = (null, null);
            _data = RunEngine.LoadData(config, options);
            _key = key;
            return _data;
        }
    }
}
