using System.Collections.Concurrent;
using NeuralBurden.Vit.Settings;
using NeuralBurden.Vit.Study;
using Xunit;

namespace NeuralBurden.Tests.Study;

public class StudyQueueTests
{
    private static readonly IReadOnlyList<StudyCell> Cells = StudyGrid.Create(
        RunConfig.Default with { Name = "s" },
        new StudyConfig
        {
            Seeds = [1, 2, 3, 4],
            Rows =
            [
                new()
                {
                    Name = "a",
                    Axes =
                    [
                        new("pruning.method", ["pdwp", "gmp"]),
                        new("pruning.sparsity", ["0.5", "0.9"]),
                        new("train.epochs", ["1", "2"]),
                    ],
                },
            ],
        }).Cells;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    public void Every_run_is_trained_once_and_measured_once_when_its_twin_is_trained(int workers)
    {
        var queue = new StudyQueue(Cells, Cells, _ => false);

        var log = Work(queue, workers, _ => false);

        var trained = log.Where(t => !t.Measures).Select(t => t.Cell.Id).ToList();
        var measured = log.Where(t => t.Measures).Select(t => t.Cell.Id).ToList();
        Assert.Equal(Cells.Select(c => c.Id).Order(), trained.Order());
        Assert.Equal(Cells.Select(c => c.Id).Order(), measured.Order());
        Assert.Empty(queue.Failures);
    }

    [Fact]
    public void What_is_trained_is_only_measured_and_a_twin_is_made_again_only_for_its_weights()
    {
        var pruned = Cells.First(c => !c.IsTwin);
        var trained = Cells.Where(c => !c.IsTwin && c.Id != pruned.Id).Take(3).ToList();
        var queue = new StudyQueue([pruned, .. trained], Cells, c => trained.Contains(c));

        var log = Work(queue, 2, _ => false);

        // The twins have lines: nothing measures them.
        var twins = trained.Append(pruned).Select(c => c.TwinId).Distinct();
        Assert.Equal(twins.Append(pruned.Id).Order(), log.Where(t => !t.Measures).Select(t => t.Cell.Id).Order());
        Assert.Equal(trained.Append(pruned).Select(c => c.Id).Order(), log.Where(t => t.Measures).Select(t => t.Cell.Id).Order());
    }

    [Fact]
    public void Nothing_is_done_again_where_every_folder_is_there()
    {
        var pruned = Cells.First(c => !c.IsTwin);
        var queue = new StudyQueue([pruned], Cells, _ => true);

        var task = Assert.Single(Work(queue, 3, _ => false));

        Assert.Equal((pruned.Id, true), (task.Cell.Id, task.Measures));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void Without_its_twin_a_run_is_not_measured_and_the_others_are(int workers)
    {
        var lost = Cells.First(c => c.IsTwin);
        var queue = new StudyQueue(Cells, Cells, _ => false);

        var log = Work(queue, workers, t => t.Cell.Id == lost.Id);

        var without = Cells.Where(c => c.TwinId == lost.Id).Select(c => c.Id).ToList();
        Assert.Equal(Cells.Select(c => c.Id).Except(without).Order(), log.Where(t => t.Measures).Select(t => t.Cell.Id).Order());
        Assert.Equal(without.Count, queue.Failures.Count);
        Assert.Single(queue.Failures, f => f == $"{lost.Id}: no");
        string reason = $"its twin {lost.Id} failed";
        Assert.Equal(without.Count - 1, queue.Failures.Count(f => f.EndsWith(reason, StringComparison.Ordinal)));
    }

    [Fact]
    public void A_twin_that_is_trained_and_could_not_be_measured_serves_the_others()
    {
        var queue = new StudyQueue(Cells, Cells, _ => false);

        var log = Work(queue, 3, t => t.Measures && t.Cell.IsTwin);

        Assert.Equal(Cells.Count(c => c.IsTwin), queue.Failures.Count);
        Assert.Equal(Cells.Count(c => !c.IsTwin), log.Count(t => t.Measures));
    }

    [Fact]
    public async Task Who_waits_for_anothers_run_hears_of_a_stop()
    {
        var twin = Cells.First(c => c.IsTwin);
        var pruned = Cells.First(c => c.TwinId == twin.Id && !c.IsTwin);
        var queue = new StudyQueue([twin, pruned], Cells, c => c.Id == pruned.Id);
        Assert.Equal(twin.Id, queue.Take(_ => true)!.Cell.Id);
        var waiting = Task.Run(() => queue.Take(_ => true));

        queue.Stop();

        Assert.Null(await waiting.WaitAsync(TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public void A_worker_gets_runs_that_fit_its_device_and_measures_any()
    {
        var queue = new StudyQueue(Cells, Cells, c => c.Config.Seed == 1);

        var log = Work(queue, 2, _ => false, c => c.Config.Seed == 2);

        Assert.All(log.Where(t => !t.Measures), t => Assert.Equal(2, t.Cell.Config.Seed));
        Assert.Equal([1, 2], log.Where(t => t.Measures).Select(t => t.Cell.Config.Seed).Distinct().Order());
    }

    // Workers that check what is due: a run is measured after it and its twin are trained.
    private static List<StudyTask> Work(
        StudyQueue queue, int workers, Func<StudyTask, bool> fails, Func<StudyCell, bool>? fits = null)
    {
        var untrained = queue.Untrained.Select(c => c.Id).ToHashSet();
        var done = new ConcurrentQueue<StudyTask>();
        void One()
        {
            while (queue.Take(fits ?? (_ => true)) is { } task)
            {
                if (task.Measures) Assert.All((string[])[task.Cell.Id, task.Cell.TwinId], id => Assert.False(IsDue(id)));
                Thread.Yield();
                if (fails(task))
                {
                    queue.Fail(task, "no");
                    continue;
                }

                done.Enqueue(task);
                queue.Finish(task);
            }
        }

        bool IsDue(string id) => untrained.Contains(id) && !done.Any(t => t.Cell.Id == id && !t.Measures);
        Task.WaitAll([.. Enumerable.Range(0, workers).Select(_ => Task.Run(One))]);
        return [.. done];
    }
}
