using NeuralBurden.Tests.Scale;
using Xunit;

namespace NeuralBurden.Tests.Packages;

/// <summary>The program in one file, which goes to machines without .NET: alone in a folder, under any name.</summary>
[Collection(AloneCollection.Name)]
public sealed class PublishTests(PublishedProgram program) : IClassFixture<PublishedProgram>
{
    // Takes a script as sbatch does, and runs its first task at once.
    private const string Sbatch = """
        #!/bin/bash
        export SLURM_ARRAY_JOB_ID=7 SLURM_ARRAY_TASK_ID=1
        bash "$2" >&2 && echo 7
        """;

    [SkippableFact]
    public void The_published_file_computes_alone_in_a_folder()
    {
        Begin();
        Assert.InRange(new FileInfo(program.File).Length, 1, 60_000_000);

        Assert.Contains("reference", program.Run(program.File, "devices"));
        Assert.Contains("first", program.Run(program.File, "sweep", "configs/first.yaml", "--dry-run"));
        program.Run(program.File, "run", SmallRun.File, "--out", "run");
        Assert.True(File.Exists(InFolder("run", "small-report.html")));
        program.Run(program.File, "sweep", SmallRun.File, "--out", "sweep");
        Assert.Single(Directory.GetFiles(InFolder("sweep"), "result.json", SearchOption.AllDirectories));
    }

    [SkippableFact]
    public void A_task_of_a_sweep_starts_the_published_file_again()
    {
        Begin();
        Skip.If(OperatingSystem.IsWindows(), "Slurm's scripts are bash");
        Directory.CreateDirectory(InFolder("bin"));
        File.WriteAllText(InFolder("bin", "sbatch"), Sbatch);
        const UnixFileMode executable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(InFolder("bin", "sbatch"), executable);

        string path = $"PATH={InFolder("bin")}:{Environment.GetEnvironmentVariable("PATH")}";
        string text = program.Run("env", path, program.File, "sweep", SmallRun.File, "--engine", "slurm", "--out", "slurm");

        Assert.Contains("job 7 with 1 tasks for 1 runs", text);
        Assert.Single(Directory.GetFiles(InFolder("slurm"), "result.json", SearchOption.AllDirectories));
    }

    [SkippableFact]
    public void Two_ranks_of_mpirun_are_the_published_file()
    {
        Begin();
        OpenMpi.Require();

        string text = program.Run(
            OpenMpi.Mpirun, [.. OpenMpi.TwoRanks, program.File, "train", SmallRun.File, "--out", "ranks", "--threads", "1"]);

        Assert.Contains("2 ranks, 16 of 32 images each", text);
        Assert.Single(Directory.GetFiles(InFolder("ranks"), "result.json", SearchOption.AllDirectories));
    }

    private void Begin()
    {
        Skip.IfNot(Environment.GetEnvironmentVariable("NB_LONG") == "1", "a build of a minute or more: NB_LONG=1");
        _ = program.File;
        SmallRun.WriteTo(program.Folder);
    }

    private string InFolder(params ReadOnlySpan<string> names) => Path.Combine([program.Folder, .. names]);
}
