using System.Diagnostics;
using NeuralBurden.Tests.Style;

namespace NeuralBurden.Tests.Interchange;

/// <summary>Debian's Python, where it has PyTorch.</summary>
internal static class PythonPrograms
{
    public const string Python = "/usr/bin/python3";

    /// <summary>Null where Python can be used, else why not.</summary>
    public static string? WhyNoPython() => File.Exists(Python) ? null : "there is no Debian python3";

    /// <summary>Null where PyTorch can be used, else why not.</summary>
    public static string? WhyNoTorch() =>
        WhyNoPython() ?? (Run(Python, "-c", "import torch").Code != 0 ? "python3-torch is not installed" : null);

    /// <summary>The reader of model files that the page on interchange shows.</summary>
    public static string Snippet()
    {
        string text = File.ReadAllText(Path.Combine(Repository.Root, "docs", "interchange.md"));
        int start = text.IndexOf("```python\n", StringComparison.Ordinal) + "```python\n".Length;
        return text[start..text.IndexOf("```", start, StringComparison.Ordinal)];
    }

    public static (int Code, string Text) Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["OMP_NUM_THREADS"] = "1";
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, process.ExitCode == 0 ? output : output + error.Result);
    }
}
