using System.CommandLine;
using System.Text.Json.Nodes;
using NeuralBurden.Cli.Output;
using NeuralBurden.Compute.Devices;
using Spectre.Console;

namespace NeuralBurden.Cli.Commands;

/// <summary><c>nb devices</c>: what can be computed on, and why the rest cannot.</summary>
internal static class DevicesCommand
{
    public static Command Create(Shell shell)
    {
        var command = new Command("devices", "Lists the devices; says of an unusable one why.");
        var json = JsonOption.AddTo(command);
        command.SetAction(parsed =>
        {
            var devices = DeviceCatalog.List();
            if (parsed.GetValue(json))
                JsonOption.Write(shell, JsonOption.Array(devices, Json));
            else
                shell.Console.Write(Table(devices));
            return 0;
        });
        return command;
    }

    private static JsonObject Json(DeviceListing device) => new()
    {
        ["id"] = device.Id,
        ["name"] = device.Name,
        ["usable"] = device.Usable,
        ["reason"] = device.Reason,
        ["memory_bytes"] = device.MemoryBytes,
        ["capabilities"] = JsonOption.Strings(device.Capabilities),
    };

    private static Table Table(IEnumerable<DeviceListing> devices)
    {
        var table = new Table().Border(TableBorder.Simple)
            .AddColumns("Device", "Usable", "Hardware", "Notes");
        foreach (var device in devices)
        {
            string notes = device.Usable ? string.Join(", ", device.Capabilities) : device.Reason;
            table.AddRow(
                Markup.Escape(device.Id),
                device.Usable ? "yes" : "no",
                Markup.Escape(device.Name),
                Markup.Escape(notes));
        }

        return table;
    }
}
