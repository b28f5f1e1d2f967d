using NeuralBurden.Pruning.Errors;
using NeuralBurden.Vit.Model.Merging;
using NeuralBurden.Vit.Settings;

namespace NeuralBurden.Vit.ConfigTable;

/// <summary>Rules that bind several fields; the table checks each field alone.</summary>
public static class ConfigRules
{
    /// <summary>Checks a config that is about to be run, before any work.</summary>
    /// <exception cref="SettingException">A rule is broken; the exception names the key to change.</exception>
    public static void Check(RunConfig config)
    {
        var (model, tokens, pruning) = (config.Model, config.Tokens, config.Pruning);
        if (model.Dim % model.Heads != 0)
        {
            Fail(
                "model.heads",
                $"{model.Heads} does not divide model.dim ({model.Dim}); allowed: {Divisors(model.Dim)}");
        }

        if (model.InitHidden && model.InitFrom == ModelConfig.None)
            Fail("model.init_hidden", "true needs model.init_from, the model whose hidden weights it means");
        if (model.InitHidden && pruning.Method == "fixed")
            Fail("model.init_hidden", "true is of no use to pruning.method fixed, which keeps pruned weights at zero");
        CheckPrecision(config);
        CheckTraining(config.Train);
        if (tokens.Merges && tokens.Layer > model.Depth)
            Fail("tokens.layer", $"{tokens.Layer} is out of range; allowed: 0 to model.depth, {model.Depth}");
        if (tokens.Merges) CheckMerging(config);
        if (config.Optim.MinLr > config.Optim.Lr)
        {
            Fail(
                "optim.min_lr",
                $"{config.Optim.MinLr:R} is out of range; allowed: 0 to {config.Optim.Lr:R} (optim.lr)");
        }

        CheckBurden(config.Burden);
        if (pruning.Method == "dense")
            return;
        Ordered(config.Train, "pruning.end", pruning.End, "pruning.start", pruning.Start);
        Ordered(config.Train, "pruning.stop", pruning.Stop, "pruning.end", pruning.End);
    }

    /// <summary>Looks for the files that a run begins from; one that goes on or is finished needs them no longer.</summary>
    /// <exception cref="SettingException">One is not there; names the key and where it was looked for.</exception>
    public static void RequireFiles(RunConfig config)
    {
        if (config.Model.InitFrom != ModelConfig.None) RequireFile("model.init_from", config.Model.InitFrom);
        if (config.Burden is { Reference: ReferenceChoice.Twin, ProbeImages: > 0 })
            RequireFile("burden.twin", config.Burden.Twin);
    }

    internal static void RequireFile(string key, string path)
    {
        if (!File.Exists(path)) Fail(key, $"there is no file {Path.GetFullPath(path)}");
    }

    private static void CheckPrecision(RunConfig config)
    {
        bool rounds = config.DeviceKind is "cuda" or "ilgpu-cpu", isBf16 = config.Train.Precision == TrainPrecision.Bf16;
        if (config.Tf32 && !rounds)
            Fail("tf32", $"true is for cuda and ilgpu-cpu; device is {config.Device}; allowed there: false");
        if (isBf16 && !rounds)
            Fail("train.precision", $"bf16 is for cuda and ilgpu-cpu; device is {config.Device}; allowed there: fp32");
        if (isBf16 && config.Tf32)
            Fail("train.precision", "bf16 and tf32 true both say what products round to; allowed: one of them");
    }

    private static void CheckTraining(TrainConfig train)
    {
        if (train.BatchSize % train.Accumulate != 0)
        {
            Fail(
                "train.accumulate",
                $"{train.Accumulate} does not divide train.batch_size ({train.BatchSize}) into equal parts");
        }

        if (train.EarlyStopping > 0 && train.Validation == 0)
        {
            Fail(
                "train.early_stopping",
                $"{train.EarlyStopping} needs held-out images: set train.validation, such as 10%");
        }
    }

    private static void CheckBurden(BurdenConfig burden)
    {
        if (burden.Reference == ReferenceChoice.Twin && burden.Twin == "")
            Fail("burden.twin", "is empty; burden.reference twin needs a model file");
        if (burden.Silencing && burden.ProbeImages == 0)
            Fail("burden.silencing", "needs a measurement; burden.probe_images 0 switches it off");
    }

    private static void CheckMerging(RunConfig config)
    {
        var tokens = config.Tokens;
        var kind = MergingCatalog.Find(tokens.Merge);
        if (kind.Reads("tokens.metric") && tokens.Layer == 0 && tokens.Metric == MergeMetric.Keys)
            Fail("tokens.metric", "'keys' do not exist at tokens.layer 0; allowed there: auto, tokens");
        if (tokens.Keep is { } keep) CheckKeepRate(tokens, kind, keep);
        _ = new MergeSchedule(tokens, config.Train.Epochs);
    }

    private static void CheckKeepRate(TokensConfig tokens, MergingKind kind, double keep)
    {
        if (!kind.Reads("tokens.keep"))
        {
            var readers = MergingCatalog.All.Where(k => k.Reads("tokens.keep")).Select(k => k.Name);
            Fail(
                "tokens.keep",
                $"{keep:R}: '{kind.Name}' counts by tokens.r; allowed: auto, or tokens.merge {string.Join(", ", readers)}");
        }

        if (tokens.R != new TokensConfig().R)
            Fail("tokens.keep", $"{keep:R} and tokens.r {tokens.R} both say how many tokens go; allowed: one of them");
        if (tokens.Inflection != 0)
            Fail("tokens.inflection", "bends tokens.r, which tokens.keep replaces; allowed beside it: 0");
    }

    /// <summary>
    /// Compares stretches of equal unit, and epochs with percent; steps against these need the number of
    /// images and are checked by the training.
    /// </summary>
    private static void Ordered(
        TrainConfig train, string key, Duration? laterOrAuto, string otherKey, Duration? earlierOrAuto)
    {
        if (laterOrAuto is not { } later || earlierOrAuto is not { } earlier)
            return;
        if (later.IsBefore(earlier, train.Epochs))
            Fail(key, $"{later} is out of range; allowed: not before {otherKey} ({earlier})");
    }

    private static string Divisors(int dim) =>
        string.Join(", ", Enumerable.Range(1, Math.Min(dim, 64)).Where(n => dim % n == 0));

    private static void Fail(string key, string message) => throw new SettingException(key, message);
}
