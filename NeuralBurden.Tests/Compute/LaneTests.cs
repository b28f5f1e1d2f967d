using NeuralBurden.Compute.Devices.Cpu;
using Xunit;

namespace NeuralBurden.Tests.Compute;

public class LaneTests
{
    [Fact]
    public void Every_part_of_many_short_jobs_is_done_once_before_its_job_ends()
    {
        using var device = new CpuDevice(4);
        int[] done = new int[9];
        for (int job = 0; job < 3000; job++)
        {
            int parts = job % (done.Length + 1);
            Array.Clear(done);
            device.OnLanes((part, lane) => Interlocked.Increment(ref done[part]), parts);
            for (int part = 0; part < done.Length; part++) Assert.Equal(part < parts ? 1 : 0, done[part]);
            // Now and then the workers fall asleep.
            if (job % 500 == 0) Thread.Sleep(5);
        }
    }

    [Fact]
    public void A_part_that_fails_ends_its_job_and_no_other()
    {
        using var device = new CpuDevice(3);
        for (int failing = 0; failing < 40; failing++)
        {
            int bad = failing % 8, done = 0;
            var thrown = Assert.Throws<InvalidOperationException>(
                () => device.OnLanes((part, lane) => Fail(part == bad), 8));
            Assert.IsType<FormatException>(thrown.InnerException);
            device.OnLanes((part, lane) => Interlocked.Increment(ref done), 8);
            Assert.Equal(8, done);
        }

        static void Fail(bool fails)
        {
            if (fails) throw new FormatException("this part");
        }
    }
}
