using NetArchTest.Rules;
using NeuralBurden.Tests.Style;
using Xunit;

namespace NeuralBurden.Tests.Architecture;

/// <summary>The floors hold: no folder knows what lies beside or above it, without exception.</summary>
public class FloorTests
{
    public static TheoryData<string> Places => [.. FloorPlan.All.Select(plan => plan.Place)];

    [Theory]
    [MemberData(nameof(Places))]
    public void A_folder_uses_only_what_lies_below_it(string place)
    {
        var plan = Plan(place);

        Assert.Empty(plan.Floors.Index().SelectMany(floor => floor.Item.SelectMany(folder => Uses(
            plan, folder, [.. plan.Floors[floor.Index..].SelectMany(f => f).Where(other => other != folder)]))));
    }

    [Theory]
    [MemberData(nameof(Places))]
    public void Every_folder_has_a_floor(string place)
    {
        var plan = Plan(place);
        string path = Path.Combine(Repository.Root, $"NeuralBurden.{place.Replace('.', '/')}");
        var folders = Directory.GetDirectories(path).Select(f => Path.GetFileName(f)!).Except(["bin", "obj"])
            .Where(f => Directory.EnumerateFiles(Path.Combine(path, f), "*.cs", SearchOption.AllDirectories).Any());

        Assert.Equal(folders.Order(), plan.Floors.SelectMany(f => f).Where(f => f != FloorPlan.Itself).Order());
    }

    [Theory]
    [MemberData(nameof(Places))]
    public void A_use_of_what_lies_below_is_seen(string place)
    {
        var plan = Plan(place);

        Assert.All(plan.Floors.Index().Skip(1), floor =>
        {
            string[] below = [.. plan.Floors[..floor.Index].SelectMany(f => f)];
            Assert.NotEmpty(floor.Item.SelectMany(folder => Uses(plan, folder, below)));
        });
    }

    [Fact]
    public void Namespaces_equal_folders()
    {
        // The parts of a device in an op's folder belong to the device; the peers are programs of their own.
        var wrong =
            from source in Repository.Sources
            where !source.StartsWith("NeuralBurden.Compute/Ops/", StringComparison.Ordinal)
            // Programs of their own, outside the solution.
            where !source.StartsWith("NeuralBurden.Bench/peers/", StringComparison.Ordinal)
            where !source.StartsWith("NeuralBurden.Bench/peers/", StringComparison.Ordinal)
            from line in Repository.Lines(source)
            where line.StartsWith("namespace ", StringComparison.Ordinal)
            where line != $"namespace {Path.GetDirectoryName(source)!.Replace('\\', '/').Replace('/', '.')};"
            select $"{source}: {line}";

        Assert.Empty(wrong);
    }

    [Fact]
    public void No_command_knows_another()
    {
        var program = Plan("Cli").Assembly;
        string[] commands = [.. program.GetTypes()
            .Where(t => t.Namespace == "NeuralBurden.Cli.Commands" && !t.IsNested).Select(t => t.FullName!)];

        Assert.True(commands.Length > 20, $"{commands.Length} commands found");
        Assert.All(commands, command =>
        {
            var result = Types.InAssembly(program).That()
                .HaveNameMatching($"^{command.Split('.')[^1]}$").And().ResideInNamespace("NeuralBurden.Cli.Commands")
                .ShouldNot().HaveDependencyOnAny([.. commands.Except([command])]).GetResult();
            Assert.True(result.IsSuccessful, string.Join(", ", result.FailingTypes.Select(t => t.FullName)));
        });
    }

    [Fact]
    public void The_page_on_the_architecture_shows_these_floors()
    {
        string page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "architecture.md")).ReplaceLineEndings("\n");

        Assert.All(FloorPlan.All, plan => Assert.Contains($"```\n{plan.Picture()}\n```", page));
    }

    private static FloorPlan Plan(string place) => FloorPlan.All.Single(plan => plan.Place == place);

    /// <summary>Types of a folder that use one of the others.</summary>
    private static IEnumerable<string> Uses(FloorPlan plan, string folder, string[] others)
    {
        if (others.Length == 0) return [];
        var result = Types.InAssembly(plan.Assembly).That().ResideInNamespaceMatching(plan.Pattern(folder))
            .ShouldNot().HaveDependencyOnAny([.. others.SelectMany(plan.Names)]).GetResult();
        return result.FailingTypes.Select(type => $"{type.FullName}: {type.Explanation}");
    }
}
