using NeuralBurden.Pruning.Errors;
using NeuralBurden.Vit.Burden;
using NeuralBurden.Vit.Model;
using NeuralBurden.Vit.Settings;

namespace NeuralBurden.Vit.Runs;

/// <summary>Trains and evaluates one model; the seam between running experiments and training.</summary>
public interface IRunEngine
{
    /// <summary>
    /// The config with everything that it leaves to its pruning method or to the machine filled in; what runs are named by.
    /// </summary>
    /// <exception cref="SettingException">The method or one of its parameters is unknown; names the key.</exception>
    RunConfig Resolve(RunConfig config);

    /// <summary>What the run would compute from, by content. Reads the data set, once for all runs that share it.</summary>
    ContentFingerprint Fingerprint(RunConfig config, RunOptions options);

    /// <summary>Everything that would stop this run at its beginning, without beginning it.</summary>
    /// <exception cref="SettingException">The run cannot be trained so; names the key and what is allowed.</exception>
    void Check(RunConfig config, RunOptions options);

    /// <summary>
    /// Trains what <paramref name="config"/> describes and stores everything but <c>result.json</c> in
    /// <paramref name="folder"/>; the caller stores the result, which marks the run as finished.
    /// </summary>
    /// <exception cref="OperationCanceledException">The token was cancelled; the folder holds no
    /// result.</exception>
    RunResult Execute(
        RunConfig config,
        RunFolder folder,
        RunOptions options,
        IProgress<TrainingProgress> progress,
        CancellationToken cancellation);

    /// <summary>Logits, accuracy, loss and outcomes of a stored model on the test set of its config.</summary>
    /// <param name="checkpoint">A safetensors file of the model that <paramref name="config"/>
    /// describes.</param>
    EvaluationResult Evaluate(
        RunConfig config,
        string checkpoint,
        RunOptions options,
        CancellationToken cancellation);

    /// <summary>Measures the stored weights of a finished run beside those of its twin; trains and stores nothing.</summary>
    /// <param name="folder">Of the run; the twin's likewise.</param>
    /// <param name="silencing">Whether units are silenced at the end.</param>
    /// <returns>A record for each moment that has its weights stored, the end last.</returns>
    IReadOnlyList<LoadRecord> Measure(
        RunConfig config,
        string folder,
        RunConfig twinConfig,
        string twinFolder,
        bool silencing,
        RunOptions options,
        CancellationToken cancellation);
}
