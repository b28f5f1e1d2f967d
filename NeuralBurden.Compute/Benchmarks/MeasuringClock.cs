using System.Diagnostics;
using System.Runtime.InteropServices;
using NeuralBurden.Compute.Devices;

namespace NeuralBurden.Compute.Benchmarks;

/// <summary>
/// What time is measured by. A single thread is measured by the processor time it used, which a busy machine does not
/// stretch; several threads, other devices and other operating systems than Linux by wall time.
/// </summary>
public sealed partial class MeasuringClock
{
    private const int ThreadCpuTimeId = 3;

    private readonly bool _isThreadTime;

    private MeasuringClock(bool isThreadTime) => _isThreadTime = isThreadTime;

    public static MeasuringClock Wall { get; } = new(false);

    /// <summary>Processor time of the calling thread; wall time where the system cannot tell it.</summary>
    public static MeasuringClock Thread { get; } = new(OperatingSystem.IsLinux() && Environment.Is64BitProcess);

    /// <summary><c>thread-cpu</c> or <c>wall</c>.</summary>
    public string Name => _isThreadTime ? "thread-cpu" : "wall";

    /// <summary>Seconds since a fixed but arbitrary moment; on the thread clock, of this thread alone.</summary>
    public double Now
    {
        get
        {
            if (!_isThreadTime) return (double)Stopwatch.GetTimestamp() / Stopwatch.Frequency;
            var time = default(TimeSpec);
            if (ClockGetTime(ThreadCpuTimeId, ref time) != 0)
                throw new InvalidOperationException("clock_gettime does not know the thread's processor time");
            return time.Seconds + (time.Nanoseconds * 1e-9);
        }
    }

    /// <summary>The clock for work on a device: a one-threaded host device computes on the calling thread.</summary>
    public static MeasuringClock For(Device device) =>
        device.Info.Id is "reference" || (device.Info.Id is "cpu" && device.Info.Units == 1) ? Thread : Wall;

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int ClockGetTime(int clock, ref TimeSpec time);

    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
