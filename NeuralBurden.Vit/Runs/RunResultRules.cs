namespace NeuralBurden.Vit.Runs;

/// <summary>What every <c>result.json</c> holds whatever was trained; a file that does not was changed by another hand.</summary>
internal static class RunResultRules
{
    /// <exception cref="InvalidDataException">A figure is out of range; names file and field.</exception>
    public static void Check(string path, RunResult result)
    {
        Share("test_accuracy", result.TestAccuracy);
        Share("sparsity", result.Sparsity);
        Share("target_sparsity", result.TargetSparsity);
        Share("ema_test_accuracy", result.EmaTestAccuracy);
        Share("validation_accuracy", result.ValidationAccuracy);
        Share("return_rate", result.ReturnRate);
        Share("in_time_rate", result.InTimeRate);
        Count("seed", result.Seed);
        Count("epochs", result.Epochs);
        Count("params", result.Params);
        Count("params_kept", result.ParamsKept);
        Count("merge_r", result.MergeR);
        Count("macs_per_image_theoretical", result.MacsPerImageTheoretical);
        Count("macs_per_image_executed", result.MacsPerImageExecuted);
        Count("stored_bytes", result.StoredBytes);
        Positive("train_images_per_second", result.TrainImagesPerSecond);
        Positive("eval_images_per_second", result.EvalImagesPerSecond);
        Positive("wall_seconds", result.WallSeconds);
        foreach (var matrix in result.Matrices)
        {
            if (matrix.Kept < 0 || matrix.Kept > matrix.Count)
                throw Wrong("matrices.kept", $"{matrix.Kept}", $"0 to {matrix.Count} weights of {matrix.Name}");
        }

        void Share(string field, double? value)
        {
            if (value is { } share && !(share >= 0 && share <= 1)) throw Wrong(field, $"{share:R}", "0 to 1");
        }

        void Count(string field, long value)
        {
            if (value < 0) throw Wrong(field, $"{value}", "0 or more");
        }

        void Positive(string field, double value)
        {
            if (!(value >= 0 && double.IsFinite(value))) throw Wrong(field, $"{value:R}", "a finite number, 0 or more");
        }

        InvalidDataException Wrong(string field, string value, string allowed) =>
            new($"{path}: {field}: {value} is out of range; allowed: {allowed}");
    }
}
