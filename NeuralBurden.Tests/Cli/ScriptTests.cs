using System.Diagnostics;
using NeuralBurden.Tests.Formats;
using Xunit;

namespace NeuralBurden.Tests.Cli;

/// <summary>The script <c>nb</c> in a copy of an empty tree, with a <c>dotnet</c> that tells
/// what it was asked and fails as it is told.</summary>
public sealed class ScriptTests : IDisposable
{
    private const string Dotnet = """
        #!/bin/bash
        here=$(dirname "$0")
        echo "$*" >>"$here/asked"
        case $1 in
            --list-sdks) echo "${SDKS:-10.0.100} [/usr/share/dotnet/sdk]" ;;
            build)
                [ -z "$ERROR" ] || { echo "x.csproj : error $ERROR"; exit 1; }
                mkdir -p "$TREE"/NeuralBurden.{Cli,Tests}/bin/Release/net10.0
                touch "$TREE/NeuralBurden.Cli/bin/Release/net10.0/nb.dll"
                touch "$TREE/NeuralBurden.Tests/bin/Release/net10.0/NeuralBurden.Tests.dll" ;;
            test)
                echo "what the runner prints"
                [[ "$*" =~ LogFileName=([^ ]+) ]]
                echo "$RESULTS" >"${BASH_REMATCH[1]}"
                ! grep -q 'outcome="Failed"' <<<"$RESULTS" ;;
            *) echo "program: ${*:2}" ;;
        esac
        """;

    private readonly TemporaryFolder _folder = new();

    public ScriptTests()
    {
        if (Script is not { } script)
            return;
        string[] parts = ["bin", "tree/NeuralBurden.Cli", "tree/configs", "tree/datasets"];
        foreach (string part in parts)
            Directory.CreateDirectory(_folder.File(part));
        File.WriteAllText(_folder.File("bin/dotnet"), Dotnet.ReplaceLineEndings("\n"));
        File.Copy(script, _folder.File("tree/nb"));
        File.WriteAllText(_folder.File("tree/NeuralBurden.Cli/Program.cs"), "");
        File.WriteAllText(
            _folder.File("tree/Directory.Packages.props"), "<PackageVersion Include=\"Some.Package\" Version=\"4.5.6\" />");
        if (!OperatingSystem.IsWindows())
        {
            const UnixFileMode executable = UnixFileMode.UserRead | UnixFileMode.UserExecute;
            File.SetUnixFileMode(_folder.File("bin/dotnet"), executable);
        }
    }

    /// <summary>The script in the source tree that the tests were built from.</summary>
    private static string? Script
    {
        get
        {
            for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
            {
                string script = Path.Combine(at.FullName, "nb");
                if (File.Exists(script) && File.Exists(Path.Combine(at.FullName, "NeuralBurden.IL.sln")))
                    return script;
            }

            return null;
        }
    }

    public void Dispose() => _folder.Dispose();

    [SkippableFact]
    public void First_use_builds_and_the_next_one_only_runs()
    {
        var first = Nb([]);
        Assert.Equal((0, "program: a b\n"), (first.Code, first.Output));
        Assert.Equal(1, Asked("build"));

        Nb([]);
        Assert.Equal(1, Asked("build"));

        string source = _folder.File("tree/NeuralBurden.Cli/Program.cs");
        File.SetLastWriteTimeUtc(source, DateTime.UtcNow.AddSeconds(2));
        Nb([]);
        Assert.Equal(2, Asked("build"));
    }

    [SkippableTheory]
    [InlineData("NU1101: Unable to find package Some.Package. No packages exist with this id in source", "Some.Package 4.5.6")]
    [InlineData("NU1102: Unable to find package Other with version (>= 1.2.3)", "Other 1.2.3")]
    [InlineData("NU1603: Warning As Error: Tree depends on Some.Package (>= 4.5.6) but Some.Package 4.5.6 was not found. "
        + "Some.Package 4.6.0 was resolved instead.", "Some.Package 4.5.6")]
    public void Version_that_no_source_serves_is_named(string error, string package)
    {
        var run = Nb([("ERROR", error)]);

        Assert.Equal(1, run.Code);
        Assert.Contains($"nb: the package source does not serve {package}\n", run.Error, StringComparison.Ordinal);
        Assert.EndsWith("nb: the build failed\n", run.Error, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Any_other_error_is_shown_as_it_is()
    {
        var run = Nb([("ERROR", "NU1301: the source does not answer")]);

        Assert.Equal(1, run.Code);
        Assert.Contains("NU1301: the source does not answer", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("does not serve", run.Error, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Older_sdk_is_told_with_what_is_there()
    {
        var run = Nb([("SDKS", "8.0.100")]);

        Assert.Equal(1, run.Code);
        Assert.Contains(
            "the .NET 10 SDK was not found (there is: 8.0.100)", run.Error, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Failed_test_is_told_last()
    {
        const string results = """
            <UnitTestResult testName="Good" outcome="Passed"><Output><StdOut><Message>fine</Message></StdOut></Output>
            </UnitTestResult>
            <UnitTestResult testName="Bad(a: &quot;x&quot;)" outcome="Failed">
              <Output><ErrorInfo>
                <Message>Expected: &lt;1&gt;&#xD;
            Actual: 2</Message>
                <StackTrace>at Bad()</StackTrace>
              </ErrorInfo></Output>
            </UnitTestResult>
            <Counters total="2" executed="2" passed="1" failed="1" error="0" timeout="0" aborted="0" />
            """;

        var run = Nb(["test", "--filter", "Bad"], [("RESULTS", results)]);

        Assert.Equal(1, run.Code);
        Assert.EndsWith(
            "failed: Bad(a: \"x\")\n    Expected: <1>\n    Actual: 2\n1 passed, 1 failed, 0 skipped\n",
            run.Output,
            StringComparison.Ordinal);

        run = Nb(["test", "--filter", "Good"], [("RESULTS", "<Counters total=\"1\" passed=\"1\" />")]);

        Assert.Equal(0, run.Code);
        Assert.EndsWith("\n1 passed, 0 failed, 0 skipped\n", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("failed: ", run.Output, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Scripts_pass_shellcheck()
    {
        Skip.If(Script is null, "the source tree is not here");
        Skip.IfNot(Exists("shellcheck"), "shellcheck is not installed");
        string root = Path.GetDirectoryName(Script)!;
        var check = Start("shellcheck", [Path.Combine(root, "nb"), Path.Combine(root, ".ci", "run")], []);
        Assert.Equal((0, ""), (check.Code, check.Output));
    }

    private int Asked(string command) => !File.Exists(_folder.File("bin/asked"))
        ? 0
        : File.ReadLines(_folder.File("bin/asked"))
            .Count(line => line.StartsWith(command, StringComparison.Ordinal));

    private (int Code, string Output, string Error) Nb((string Name, string Value)[] environment) => Nb(["a", "b"], environment);

    private (int Code, string Output, string Error) Nb(string[] arguments, (string Name, string Value)[] environment)
    {
        bool isReady = !OperatingSystem.IsWindows() && Script is not null && Exists("bash");
        Skip.IfNot(isReady, "needs bash and the source tree");
        return Start("bash", [_folder.File("tree/nb"), .. arguments], [
            ("PATH", $"{_folder.File("bin")}:{Environment.GetEnvironmentVariable("PATH")}"),
            ("TREE", _folder.File("tree")),
            .. environment]);
    }

    private static bool Exists(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator)
        .Any(folder => File.Exists(Path.Combine(folder, program)));

    private static (int Code, string Output, string Error) Start(
        string program, string[] arguments, (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }
}
