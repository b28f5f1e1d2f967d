using System.Text.Json;
using NeuralBurden.Tests.Formats;
using NeuralBurden.Vit.Runs;
using Xunit;

namespace NeuralBurden.Tests.Runs;

public sealed class RunLockTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Owner => Path.Combine(_folder.Path, ".owner.json");

    [Fact]
    public void A_second_owner_is_refused_and_told_who_and_since_when()
    {
        using var held = RunLock.Acquire(_folder.Path);

        var error = Assert.Throws<RunLockedException>(() => RunLock.Acquire(_folder.Path));

        Assert.Equal(Environment.ProcessId, error.Owner!.Pid);
        Assert.Contains($"process {Environment.ProcessId} on {Environment.MachineName}, for ", error.Message);
        Assert.Contains(_folder.Path, error.Message);
    }

    [Fact]
    public void A_released_folder_can_be_taken_again()
    {
        RunLock.Acquire(_folder.Path).Dispose();
        Assert.False(File.Exists(Owner));

        using var again = RunLock.Acquire(_folder.Path);

        Assert.True(File.Exists(Owner));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3600)]
    public void An_owner_alive_keeps_its_folder_where_files_cannot_be_locked_and_a_reused_id_does_not(int startedBefore)
    {
        // Process 1 lives; only its own time of start makes the note its own.
        using var first = System.Diagnostics.Process.GetProcessById(1);
        var start = new DateTimeOffset(first.StartTime.ToUniversalTime()).AddSeconds(-startedBefore);
        Note(new RunOwner(1, Environment.MachineName, DateTimeOffset.UtcNow.AddMinutes(-10), start));

        if (startedBefore == 0)
        {
            var error = Assert.Throws<RunLockedException>(() => RunLock.Acquire(_folder.Path));
            Assert.Contains("for 10 min", error.Message);
        }
        else
        {
            RunLock.Acquire(_folder.Path).Dispose();
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_folder_of_a_dead_process_is_taken_over(bool damaged)
    {
        var now = DateTimeOffset.UtcNow;
        if (damaged)
            File.WriteAllText(Owner, "{\"pid\": 1");
        else
            Note(new RunOwner(int.MaxValue - 7, Environment.MachineName, now, now));

        using var held = RunLock.Acquire(_folder.Path);

        Assert.Contains($"{Environment.ProcessId}", File.ReadAllText(Owner));
    }

    public void Dispose() => _folder.Dispose();

    private void Note(RunOwner owner) =>
        File.WriteAllText(Owner, JsonSerializer.Serialize(owner, RunJson.Default.RunOwner));
}
