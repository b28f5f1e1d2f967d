using System.CommandLine;
using NeuralBurden.Cli.Options;
using NeuralBurden.Cli.Output;
using NeuralBurden.Compute.Devices;
using Spectre.Console;

namespace NeuralBurden.Cli.Benchmarks;

/// <summary>One line that says what is being measured; nothing where no person watches.</summary>
internal static class BenchProgress
{
    /// <summary>Measures with each number of threads, on a device opened for it.</summary>
    /// <exception cref="UserException">The device does not have the precision.</exception>
    public static void ShowEach(
        Shell shell,
        bool quiet,
        BenchOptions options,
        ParseResult parsed,
        Action<Device, Action<string>> measure,
        ProductPrecision precision = ProductPrecision.Float32) =>
        Show(shell, quiet, report =>
        {
            foreach (int threads in options.Threads(parsed))
            {
                using var device = DeviceCatalog.Open(options.Device(parsed), new DeviceOptions(threads, precision));
                if (device.Precision != precision)
                {
                    throw new UserException(
                        $"--precision {precision.Name()}: {device.Info.Id} multiplies in {device.Precision.Name()}");
                }

                measure(device, report);
            }
        });

    public static void Show(Shell shell, bool quiet, Action<Action<string>> work)
    {
        if (quiet || !shell.IsTerminal)
        {
            work(_ => { });
            return;
        }

        shell.Console.Status().Start("starting", status => work(text => status.Status(Markup.Escape(text))));
    }
}
