using NeuralBurden.Compute.Devices;
using NeuralBurden.Pruning.Catalog;
using NeuralBurden.Pruning.Presets;
using NeuralBurden.Pruning.Schedules;
using NeuralBurden.Vit.Model;
using NeuralBurden.Vit.Settings;

namespace NeuralBurden.Vit.Training;

/// <summary>
/// Puts into a config what it leaves to the pruning method or to the machine, so that what names the run is what it does:
/// a preset that changes later names other runs. A function of the config, the methods, the devices and the shape of the
/// model in <c>model.init_from</c>; no data are read.
/// </summary>
internal static class ConfigResolution
{
    /// <param name="config">As it was written.</param>
    /// <param name="catalog">The methods that it may name.</param>
    /// <param name="auto">The device that <c>auto</c> stands for.</param>
    public static RunConfig Resolve(RunConfig config, MethodCatalog catalog, Func<string> auto)
    {
        config = Shaped(config);
        if (config.Device == DeviceCatalog.Auto) config = config with { Device = auto() };
        return PruningSetup.InConfig(() =>
        {
            var preset = catalog.Find(config.Pruning.Method);
            // What nothing is pruned by decides nothing, so it must not tell runs apart.
            var given = preset.TakesSparsity ? config : config with
            {
                Pruning = new PruningConfig { Method = preset.Name, Sparsity = preset.Sparsity },
            };
            return given with { Pruning = Resolve(given, preset) };
        });
    }

    /// <summary>The config with the shape of the model that it starts from, where it says nothing of the shape itself.</summary>
    private static RunConfig Shaped(RunConfig config)
    {
        var model = config.Model;
        if (model.InitFrom == ModelConfig.None || !model.IsUnshaped || !File.Exists(model.InitFrom)) return config;
        var shape = StoredModel.ShapeOf(model.InitFrom, new ModelHints { HeadsElse = model.Heads });
        return config with { Model = shape.ToConfig(model) };
    }

    private static PruningConfig Resolve(RunConfig config, MethodPreset preset)
    {
        var (given, timing, epochs) = (config.Pruning, preset.Timing, config.Train.Epochs);
        var start = given.Start ?? Of(timing.Start);
        // A default gives way to what was set, as in MethodCatalog.
        var end = given.End ?? Later(Of(timing.End), start, epochs);
        if (given.End is null && given.Stop is { } limit && limit.IsBefore(end, epochs)) end = Later(limit, start, epochs);
        var (sparsity, parameters) = Values(given, preset);
        return given with
        {
            Sparsity = sparsity,
            Start = start,
            End = end,
            Stop = given.Stop ?? Later(Of(timing.Stop), end, epochs),
            UpdateEvery = given.UpdateEvery ?? Of(timing.Every),
            Distribution = given.Distribution ?? Enum.Parse<SparsityDistribution>(preset.Distribution, ignoreCase: true),
            Parameters = parameters,
        };
    }

    private static (double Sparsity, MethodParameters Parameters) Values(PruningConfig given, MethodPreset preset)
    {
        // Refuses what the method does not declare.
        var values = new ParameterValues(preset.Name, preset.Parameters, given.Parameters);
        double sparsity = given.Sparsity ?? preset.Sparsity;
        // When is of no account here.
        var settings = new MethodSettings(
            sparsity, given.Sparsity is not null, new PruningWindow(0, 0, 0, 1), preset.Distribution, values, 1, 0);
        var settled = preset.Settle?.Invoke(settings);
        var all = MethodParameters.Empty;
        foreach (var parameter in preset.Parameters)
        {
            string text = settled?.Parameters.GetValueOrDefault(parameter.Name)
                ?? given.Parameters.GetValueOrDefault(parameter.Name, parameter.Default);
            all = all.With(parameter.Name, parameter.Canonical(text));
        }

        return (settled?.Sparsity ?? sparsity, all);
    }

    private static Duration Of(TrainingPoint point) => point.IsFraction
        ? Duration.Percent(Math.Round(point.Value * 100, 10))
        : Duration.Steps((int)point.Value);

    private static Duration Of(TrainingPeriod period) => period.IsFraction
        ? Duration.Percent(Math.Round(period.Value * 100, 10))
        : Duration.Steps((int)period.Value);

    private static Duration Later(Duration point, Duration other, int epochs) =>
        point.IsBefore(other, epochs) ? other : point;
}
