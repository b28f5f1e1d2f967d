using NeuralBurden.Vit.Judging;

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
        if (result.Classification is { } figures) CheckFigures(figures);
        foreach (var matrix in result.Matrices)
        {
            if (matrix.Kept < 0 || matrix.Kept > matrix.Count)
                throw Wrong("matrices.kept", $"{matrix.Kept}", $"0 to {matrix.Count} weights of {matrix.Name}");
        }

        void CheckFigures(ClassificationFigures figures)
        {
            const string name = "classification.";
            Share(name + "top5_accuracy", figures.Top5Accuracy);
            Share(name + "calibration_error", figures.CalibrationError);
            if (figures.Classes < 1) throw Wrong(name + "classes", $"{figures.Classes}", "1 or more");
            if (figures.ClassNames is { } names && names.Count != figures.Classes)
                throw Wrong(name + "class_names", $"{names.Count} names", $"{figures.Classes}");
            foreach (var bin in figures.Calibration)
            {
                Count(name + "calibration.images", bin.Images);
                Share(name + "calibration.confidence", bin.Confidence);
                Share(name + "calibration.accuracy", bin.Accuracy);
            }

            long images = 0;
            foreach (var (label, predicted, count) in figures.Confusion)
            {
                if (label < 0 || label >= figures.Classes || predicted < 0 || predicted >= figures.Classes)
                    throw Wrong(name + "confusion", $"class {label} as {predicted}", $"0 to {figures.Classes - 1}");
                if (count < 1) throw Wrong(name + "confusion.images", $"{count}", "1 or more");
                images += count;
            }

            if (images != figures.Images) throw Wrong(name + "images", $"{figures.Images}", $"{images}, as in the confusion");
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
