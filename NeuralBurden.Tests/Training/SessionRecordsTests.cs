using System.Text;
using NeuralBurden.Vit.Formats;
using NeuralBurden.Vit.Training;
using Xunit;

namespace NeuralBurden.Tests.Training;

/// <summary>Records in a checkpoint whose sums are right and whose content is not.</summary>
public sealed class SessionRecordsTests
{
    [Theory]
    [InlineData("[null]", "[]", "run.metrics")]
    [InlineData("[]", "[null]", "run.burden")]
    [InlineData("{}", "[]", "run.metrics")]
    [InlineData("[1]", "[]", "run.metrics")]
    [InlineData("", "[]", "run.metrics")]
    [InlineData("[]", "[{}]", "run.burden")]
    public void Something_else_than_records_is_refused_by_the_tensor_s_name(string metrics, string burden, string named)
    {
        var checkpoint = new Checkpoint(CheckpointKind.Training, new CheckpointInfo(0, 0, 0, 0, "", "cpu", "1"));
        Add("run.metrics", metrics);
        Add("run.burden", burden);
        checkpoint.Add(NamedTensor.Of("run.times", [3], new double[3]));

        Assert.Equal(named, Assert.Throws<CheckpointFormatException>(() => SessionRecords.Read(checkpoint)).Field);

        void Add(string name, string json) =>
            checkpoint.Add(NamedTensor.Of(name, [json.Length], Encoding.UTF8.GetBytes(json)));
    }
}
