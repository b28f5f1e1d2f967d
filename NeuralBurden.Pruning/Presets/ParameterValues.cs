using NeuralBurden.Pruning.Errors;

namespace NeuralBurden.Pruning.Presets;

/// <summary>Checked values of all parameters that a method declares.</summary>
public sealed class ParameterValues
{
    private readonly Dictionary<string, (MethodParameter Parameter, double Value, bool IsSet)> _values;

    /// <summary>Defaults, overridden by what was given.</summary>
    /// <exception cref="SettingException">An unknown name (with the nearest known one), or a value out
    /// of range.</exception>
    public ParameterValues(
        string method, IReadOnlyList<MethodParameter> declared, IReadOnlyDictionary<string, string> given)
    {
        _values = new(StringComparer.Ordinal);
        foreach (var parameter in declared)
            _values[parameter.Name] = (parameter, parameter.Parse(parameter.Default), false);
        foreach (var (name, text) in given)
        {
            if (!_values.TryGetValue(name, out var known))
            {
                throw new SettingException(
                    $"parameters.{name}",
                    $"method '{method}' has no such parameter; "
                    + NearestName.Hint(name, declared.Select(p => p.Name)));
            }

            _values[name] = (known.Parameter, known.Parameter.Parse(text), true);
        }
    }

    /// <summary>Whether the value was given, not defaulted.</summary>
    public bool IsSet(string name) => _values[name].IsSet;

    /// <summary>NaN stands for "auto".</summary>
    public double Number(string name) => _values[name].Value;

    /// <summary>The whole number, or the fallback for "auto".</summary>
    public long Integer(string name, long auto = -1)
    {
        double value = _values[name].Value;
        return double.IsNaN(value) ? auto : (long)value;
    }

    public bool Flag(string name) => _values[name].Value != 0;

    public string Choice(string name)
    {
        var (parameter, value, _) = _values[name];
        return parameter.Choices[(int)value];
    }
}
