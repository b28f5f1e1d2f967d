using System.CommandLine;

namespace NeuralBurden.Cli.Options;

/// <summary>Declares what commands take: an option with its placeholder, meaning and default, and what is allowed.</summary>
internal static class CliOption
{
    /// <param name="placeholder">What the help shows for the value.</param>
    public static Option<T> Of<T>(string name, string placeholder, string description) =>
        new(name) { HelpName = placeholder, Description = description };

    /// <param name="standard">The value of one that is not given.</param>
    public static Option<T> Of<T>(string name, string placeholder, string description, T standard)
    {
        var option = Of<T>(name, placeholder, description);
        option.DefaultValueFactory = _ => standard;
        return option;
    }

    /// <summary>Refuses a value whose text breaks the rule, with a message of option, value and what is allowed.</summary>
    public static Option<T> Require<T>(this Option<T> option, Func<string, bool> rule, string allowed)
    {
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !rule(token.Value))
                result.AddError($"{option.Name} {token.Value}: allowed: {allowed}");
        });
        return option;
    }

    /// <summary>A whole number within bounds, both included.</summary>
    public static Option<T> Whole<T>(this Option<T> option, int least, int most = int.MaxValue) => option.Require(
        text => int.TryParse(text, out int n) && n >= least && n <= most,
        most == int.MaxValue ? $"a whole number, {least} or more" : $"a whole number, {least} to {most:#,0}");

    /// <summary>Adds arguments and options in their order.</summary>
    public static void Takes(this Command command, params ReadOnlySpan<Symbol> symbols)
    {
        foreach (var symbol in symbols)
        {
            if (symbol is Argument argument) command.Arguments.Add(argument);
            else command.Options.Add((Option)symbol);
        }
    }
}
