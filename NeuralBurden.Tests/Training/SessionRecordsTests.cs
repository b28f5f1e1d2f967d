using System.Text;
using System.Text.Json;
using NeuralBurden.Tests.Data;
using NeuralBurden.Tests.Runs;
using NeuralBurden.Vit.Formats;
using NeuralBurden.Vit.Runs;
using NeuralBurden.Vit.Training;
using Xunit;

namespace NeuralBurden.Tests.Training;

/// <summary>What a checkpoint says of the run's records, whose sums are right and whose content need not be.</summary>
public sealed class SessionRecordsTests : IDisposable
{
    private static readonly StoredRun Sample = SyntheticRuns.Run(SyntheticRuns.Config("gmp", "gmp", "none", 0.9, 1), 0.9, 0.9);

    private readonly TemporaryFolder _root = new();

    public void Dispose() => _root.Dispose();

    [Theory]
    [InlineData("[null]", "[]", "run.metrics")]
    [InlineData("[]", "[null]", "run.burden")]
    [InlineData("{}", "[]", "run.metrics")]
    [InlineData("[1]", "[]", "run.metrics")]
    [InlineData("", "[]", "run.metrics")]
    [InlineData("[]", "[{}]", "run.burden")]
    public void Something_else_than_records_is_refused_by_the_tensor_s_name(string metrics, string burden, string named)
    {
        var checkpoint = WithRecordsInside(metrics, burden);

        var records = new SessionRecords(Folder());

        Assert.Equal(named, Assert.Throws<CheckpointFormatException>(() => records.Restore(checkpoint)).Field);
    }

    [Fact]
    public void Records_inside_a_checkpoint_as_older_ones_have_them_become_the_files()
    {
        var (whole, folder) = (Folder(), Folder());
        whole.Metrics.Append(Sample.Epochs);
        whole.Burden.Append(Sample.Burden);

        new SessionRecords(folder).Restore(WithRecordsInside(
            JsonSerializer.Serialize([.. Sample.Epochs], RunJson.Default.ListEpochRecord),
            JsonSerializer.Serialize([.. Sample.Burden], RunJson.Default.ListBurdenRecord)));
        folder.Clear();

        Assert.Equal(Content(whole), Content(folder));
    }

    [Fact]
    public void What_was_recorded_after_the_checkpoint_is_cut_off_and_what_it_refers_to_stays()
    {
        for (int epochs = 0; epochs <= Sample.Epochs.Count; epochs++)
        {
            var (whole, folder) = (Folder(), Folder());
            foreach (var run in (RunFolder[])[whole, folder]) run.Metrics.Append([.. Sample.Epochs.Take(epochs)]);
            var checkpoint = Taken(folder);
            folder.Metrics.Append([.. Sample.Epochs.Skip(epochs)]);
            folder.Burden.Append(Sample.Burden);
            File.AppendAllText(Metrics(folder), """{"epoch":99,"st""");

            // A rank that follows takes up the same and leaves the writer's files alone.
            byte[] before = File.ReadAllBytes(Metrics(folder));
            var follower = folder.Follower(Directory.CreateDirectory(_root[Guid.NewGuid().ToString("N")]).FullName);
            new SessionRecords(follower).Restore(checkpoint);
            follower.Clear();
            Assert.Equal(Content(whole), Content(follower));
            Assert.Equal(before, File.ReadAllBytes(Metrics(folder)));

            var again = RunFolder.Existing(folder.Path, folder.Config);
            new SessionRecords(again).Restore(checkpoint);
            again.Clear();

            Assert.Equal(Content(whole), Content(again));
            Assert.Equal(Sample.Epochs.Take(epochs), again.Metrics.Records);
            again.Metrics.Append([.. Sample.Epochs.Skip(epochs)]);
            whole.Metrics.Append([.. Sample.Epochs.Skip(epochs)]);
            Assert.Equal(Content(whole), Content(again));
        }
    }

    [Fact]
    public void Altered_shortened_or_missing_records_are_refused_with_the_file_named_and_left_alone()
    {
        var random = new Random(20261127);
        var folder = Folder();
        folder.Metrics.Append(Sample.Epochs);
        var checkpoint = Taken(folder);
        byte[] sound = File.ReadAllBytes(Metrics(folder));
        for (int i = 0; i < 200; i++)
        {
            byte[] damaged = i == 0 ? [] : [.. sound];
            if (i % 2 == 0) damaged = damaged[..random.Next(damaged.Length)];
            else damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
            File.WriteAllBytes(Metrics(folder), damaged);

            var error = Assert.Throws<CheckpointFormatException>(
                () => new SessionRecords(RunFolder.Existing(folder.Path, folder.Config)).Restore(checkpoint));

            Assert.Contains(Metrics(folder), error.Message, StringComparison.Ordinal);
            Assert.Equal(damaged, File.ReadAllBytes(Metrics(folder)));
        }
    }

    [Fact]
    public void Records_that_vanish_under_a_run_are_written_anew_and_those_of_another_hand_stop_it()
    {
        var (whole, folder) = (Folder(), Folder());
        whole.Metrics.Append(Sample.Epochs);
        folder.Metrics.Append([.. Sample.Epochs.Take(2)]);
        File.Delete(Metrics(folder));
        folder.Metrics.Append([.. Sample.Epochs.Skip(2)]);

        Assert.Equal(Content(whole), Content(folder));
        File.AppendAllText(Metrics(folder), "{}\n");
        var error = Assert.Throws<IOException>(() => folder.Metrics.Append([Sample.Epochs[0]]));
        Assert.Contains(Metrics(folder), error.Message, StringComparison.Ordinal);
    }

    private static string Metrics(RunFolder folder) => Path.Combine(folder.Path, RunFolder.MetricsFile);

    private static string Content(RunFolder folder) => string.Concat(
        Directory.GetFiles(folder.Path, "*.jsonl").Order().Select(f => Path.GetFileName(f) + '\n' + File.ReadAllText(f)));

    private static Checkpoint Empty() => new(CheckpointKind.Training, new CheckpointInfo(0, 0, 0, 0, "", "cpu", "1"));

    private static Checkpoint Taken(RunFolder folder)
    {
        var checkpoint = Empty();
        new SessionRecords(folder).AddTo(checkpoint);
        return checkpoint;
    }

    private static Checkpoint WithRecordsInside(string metrics, string burden)
    {
        var checkpoint = Empty();
        Add("run.metrics", metrics);
        Add("run.burden", burden);
        checkpoint.Add(NamedTensor.Of("run.times", [3], new double[3]));
        return checkpoint;

        void Add(string name, string json)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(json);
            checkpoint.Add(NamedTensor.Of(name, [bytes.Length], bytes));
        }
    }

    private RunFolder Folder() => RunFolder.Open(_root[Guid.NewGuid().ToString("N")], Sample.Config);
}
