using NeuralBurden.Compute.Contracts;
using NeuralBurden.Compute.Devices;
using Xunit;

namespace NeuralBurden.Tests.Compute;

/// <summary>An op exists once it is listed, and a listed op is complete.</summary>
public class OpDeclarationTests
{
    [Fact]
    public void Every_contract_is_listed_once_and_named_after_a_method_of_the_device()
    {
        var declared = typeof(OpContract).Assembly.GetTypes()
            .Where(t => t.IsSubclassOf(typeof(OpContract)) && !t.IsAbstract).Select(t => t.Name).Order();
        Assert.Equal(declared, OpContracts.All.Select(c => c.GetType().Name).Order());
        foreach (var contract in OpContracts.All)
            Assert.Contains(typeof(Device).GetMethods(), m => m.Name == contract.Name && m.IsPublic);
    }

    [Fact]
    public void Every_op_of_the_device_has_a_contract()
    {
        var cores = typeof(Device).GetMethods(System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.NonPublic)
            .Where(m => m.IsVirtual && m.Name.EndsWith("Core", StringComparison.Ordinal))
            .Select(m => m.Name[..^4])
            .Except(["Allocate", "Upload", "Download", "Dispose"]);
        string[] contracts = [.. OpContracts.All.Select(c => c.Name)];
        // The contract of an op is that of its gradient, too.
        Assert.Empty(cores.Except(contracts).Except(contracts.Select(c => $"{c}Backward")));
        Assert.Equal(6, cores.Count(c => c.StartsWith("Sparse", StringComparison.Ordinal)));
    }

    [Fact]
    public void Generators_are_repeatable_and_differ_by_seed()
    {
        foreach (var contract in OpContracts.All)
        {
            string[] descriptions = Descriptions(contract);
            Assert.Equal(descriptions, Descriptions(contract));
            Assert.True(descriptions.Distinct().Count() > 3, $"{contract.Name} generates hardly any variety");
        }
    }

    private static string[] Descriptions(OpContract contract) =>
        [.. Enumerable.Range(0, 12).Select(s => contract.Generate(new CaseSource((ulong)s)).Description)];
}
