using NeuralBurden.Compute.Devices;
using NeuralBurden.Pruning.Errors;
using NeuralBurden.Vit.ConfigTable;
using NeuralBurden.Vit.Settings;
using Xunit;

namespace NeuralBurden.Tests.ConfigTable;

public class PrecisionTests
{
    [Theory]
    [InlineData("cpu")]
    [InlineData("reference")]
    [InlineData("opencl:0")]
    [InlineData("auto")]
    public void Rounded_products_are_refused_where_no_device_has_them(string device)
    {
        AssertRefused("tf32", device, RunConfig.Default with { Device = device, Tf32 = true });
        AssertRefused("train.precision", device, With(TrainPrecision.Bf16) with { Device = device });
    }

    [Theory]
    [InlineData("cuda:1")]
    [InlineData("ilgpu-cpu")]
    public void Rounded_products_are_for_CUDA_and_the_emulation(string device)
    {
        ConfigRules.Check(RunConfig.Default with { Device = device, Tf32 = true });
        ConfigRules.Check(With(TrainPrecision.Bf16) with { Device = device });
    }

    [Fact]
    public void Products_round_to_one_format() =>
        AssertRefused("train.precision", "tf32", With(TrainPrecision.Bf16) with { Device = "cuda:0", Tf32 = true });

    [Fact]
    public void A_device_is_opened_with_what_the_config_says()
    {
        Assert.Equal(ProductPrecision.Float32, RunConfig.Default.Precision);
        Assert.Equal(ProductPrecision.Tf32, (RunConfig.Default with { Tf32 = true }).Precision);
        Assert.Equal(ProductPrecision.BFloat16, With(TrainPrecision.Bf16).Precision);
    }

    /// <summary>Runs from before the key are still found, and runs that differ in it are told apart.</summary>
    [Fact]
    public void Precision_is_part_of_a_run_where_it_is_not_the_default()
    {
        Assert.Equal(ConfigText.Hash(RunConfig.Default), ConfigText.Hash(With(TrainPrecision.Fp32)));
        Assert.NotEqual(ConfigText.Hash(RunConfig.Default), ConfigText.Hash(With(TrainPrecision.Bf16)));
    }

    private static RunConfig With(TrainPrecision precision) =>
        RunConfig.Default with { Train = RunConfig.Default.Train with { Precision = precision } };

    private static void AssertRefused(string key, string named, RunConfig config)
    {
        var error = Assert.Throws<SettingException>(() => ConfigRules.Check(config));
        Assert.Contains(key, error.Message, StringComparison.Ordinal);
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
        Assert.Contains("allowed", error.Message, StringComparison.Ordinal);
    }
}
