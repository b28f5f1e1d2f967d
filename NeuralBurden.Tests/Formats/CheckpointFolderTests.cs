using NeuralBurden.Vit.Formats;
using Xunit;
using static NeuralBurden.Tests.Formats.CheckpointSamples;

namespace NeuralBurden.Tests.Formats;

public sealed class CheckpointFolderTests : IDisposable
{
    private readonly TemporaryFolder _temporary = new();
    private readonly CheckpointFolder _folder;

    public CheckpointFolderTests() =>
        _folder = new CheckpointFolder(Path.Combine(_temporary.Path, "checkpoints"), keepLast: 2);

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public void Name_carries_the_step()
    {
        Assert.Equal("step-00012000.safetensors", Path.GetFileName(Save(12_000)));
        Assert.Equal(12_000, _folder.FindLatest().Checkpoint!.Info.Step);
    }

    [Fact]
    public void Folder_that_does_not_exist_holds_nothing()
    {
        CheckpointLookup lookup = _folder.FindLatest();

        Assert.Null(lookup.Checkpoint);
        Assert.Null(lookup.File);
        Assert.Empty(lookup.Damaged);
    }

    [Fact]
    public void Last_ones_and_the_earliest_best_are_kept()
    {
        foreach ((long step, double? score) in new (long, double?)[]
        {
            (10, 0.5), (20, 0.9), (30, 0.9), (40, null), (50, double.NaN), (100_000_000, 0.1),
        })
        {
            Save(step, score);
        }

        Assert.Equal([20, 50, 100_000_000], Steps());
        Assert.Equal(100_000_000, _folder.FindLatest().Checkpoint!.Info.Step);
    }

    [Fact]
    public void Damaged_newest_is_skipped_and_reported()
    {
        Save(1);
        string cut = Save(2);
        using (var file = new FileStream(cut, FileMode.Open))
            file.SetLength(file.Length - 1);

        CheckpointLookup lookup = _folder.FindLatest();

        Assert.Equal(1, lookup.Checkpoint!.Info.Step);
        DamagedCheckpoint damaged = Assert.Single(lookup.Damaged);
        Assert.Equal(cut, damaged.File);
        Assert.Contains("data_offsets", damaged.Problem);
    }

    [Fact]
    public void Damaged_file_never_costs_a_sound_one_its_place()
    {
        Save(1);
        Save(2);
        File.WriteAllBytes(_folder.FileOf(8), new byte[100]);
        byte[] flipped = File.ReadAllBytes(_folder.FileOf(2));
        flipped[^1] ^= 1;
        File.WriteAllBytes(_folder.FileOf(9), flipped);
        Assert.Equal(2, _folder.FindLatest().Damaged.Count);

        Save(3);

        Assert.Equal([2, 3, 8, 9], Steps());
        Assert.Equal(3, _folder.FindLatest().Checkpoint!.Info.Step);
    }

    [Fact]
    public void Overwritten_damage_counts_as_sound_again()
    {
        Save(1);
        File.WriteAllBytes(_folder.FileOf(2), new byte[9]);
        Assert.Single(_folder.FindLatest().Damaged);

        Save(2);

        Assert.Empty(_folder.FindLatest().Damaged);
        Assert.Equal(2, _folder.FindLatest().Checkpoint!.Info.Step);
    }

    [Fact]
    public void Other_files_are_left_alone()
    {
        Save(1);
        string[] others = ["step-1.safetensors", "step-00000009.safetensors.bak", ".step-00000009.x.nbtmp"];
        foreach (string other in others)
            File.WriteAllBytes(Path.Combine(_folder.Path, other), []);

        for (int step = 2; step < 6; step++)
            Save(step);

        Assert.All(others, other => Assert.True(File.Exists(Path.Combine(_folder.Path, other))));
        Assert.Empty(_folder.FindLatest().Damaged);
    }

    [Fact]
    public void Failed_save_leaves_every_older_checkpoint()
    {
        Save(1);
        Save(2);
        Directory.CreateDirectory(_folder.FileOf(3)); // the rename onto a folder fails like a full disk does

        Assert.Throws<IOException>(() => Save(3));

        Assert.Equal([1, 2], Steps());
        Assert.Equal(2, _folder.FindLatest().Checkpoint!.Info.Step);
    }

    [Fact]
    public void Final_checkpoint_is_the_model_beside_the_folder_and_the_newest()
    {
        Save(1);
        Save(2);
        string final = _folder.Save(ModelFile(3), TrainingFile(3), final: true);

        Assert.Equal(Path.Combine(_temporary.Path, "model.safetensors"), final);
        Assert.Equal((3, final), (_folder.FindLatest().Checkpoint!.Info.Step, _folder.FindLatest().File));
        Assert.Equal([2], Steps());
        File.Delete(CheckpointPair.StateOf(final));
        Assert.Equal(2, _folder.FindLatest().Checkpoint!.Info.Step);
    }

    [Fact]
    public void State_whose_model_a_killed_process_did_not_write_is_no_checkpoint_and_goes()
    {
        Save(1);
        File.Delete(Save(2));
        Assert.Equal([1, 2], Steps());

        Assert.Equal(1, _folder.FindLatest().Checkpoint!.Info.Step);
        Assert.Empty(_folder.FindLatest().Damaged);
        Save(3);

        Assert.Equal([1, 3], Steps());
    }

    [Fact]
    public void Missing_state_is_named_and_an_older_checkpoint_taken()
    {
        Save(1);
        string state = CheckpointPair.StateOf(Save(2));
        File.Delete(state);

        Assert.Equal(1, _folder.FindLatest().Checkpoint!.Info.Step);
        Assert.StartsWith($"{state}: file: is missing", Assert.Single(_folder.FindLatest().Damaged).Problem);
    }

    [Fact]
    public void Checkpoints_of_format_1_are_read_and_go_with_their_time()
    {
        Directory.CreateDirectory(_folder.Path);
        for (int step = 1; step <= 2; step++) TrainingFile(step).Save(_folder.FileOf(step));
        Assert.Equal(TrainingFile(2).Names, _folder.FindLatest().Checkpoint!.Names);

        Save(3);

        Assert.Equal([2, 3], Steps());
        Assert.Equal(3, _folder.FindLatest().Checkpoint!.Info.Step);
    }

    private string Save(long step, double? score = null) => _folder.Save(ModelFile(step, score), TrainingFile(step, score));

    private long[] Steps() =>
        [.. Directory.GetFiles(_folder.Path)
            .Select(file => long.Parse(Path.GetFileName(file)[5..].Split('.')[0]))
            .Distinct()
            .Order()];
}
