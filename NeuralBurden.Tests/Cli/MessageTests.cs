using FsCheck;
using FsCheck.Fluent;
using NeuralBurden.Cli;
using NeuralBurden.Cli.Output;
using NeuralBurden.Tests.Formats;
using Xunit;

namespace NeuralBurden.Tests.Cli;

/// <summary>What leaves the program can be read, wherever it goes.</summary>
public sealed class MessageTests
{
    [Fact]
    public void No_message_steers_a_terminal_or_floods_it() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(500), Prop.ForAll<string, int>((text, repeats) =>
        {
            string message = string.Concat(Enumerable.Repeat($"'{text}' \u001b[2J\u202e\u0007 ", 1 + Math.Abs(repeats % 400)));
            string told = Told(message);
            return told.Length < 40_000
                && !told.Any(c => (char.IsControl(c) && c != '\n') || c is '\u202e' or '\u2028')
                && !told.Contains("\nn", StringComparison.Ordinal);
        }));

    [Theory]
    [InlineData("name: 'ok' is not a legal value", "name: 'ok' is not a legal value")]
    [InlineData("a\u001b[31mb\nc", "a\\u{1b}[31mb\\u{a}c")]
    [InlineData("two lines:\n  an item", "two lines:\n  an item")]
    [InlineData("r\u00e9sum\u00e9 \u6587\u5b57 \ud83d\ude00", "r\u00e9sum\u00e9 \u6587\u5b57 \ud83d\ude00")]
    public void What_can_be_read_stays_as_it_is(string message, string told) => Assert.Equal(told, Told(message));

    [Fact]
    public void A_quoted_value_is_cut_and_an_apostrophe_is_no_quote()
    {
        string value = new('a', 10_000_000);
        string many = string.Join(' ', Enumerable.Repeat("word", 30));
        string words = $"the run's folder holds another run {many} than the user's";

        Assert.Equal($"name: '{new string('a', 80)}\u2026 (10,000,000 characters)' is not a legal value",
            Told($"name: '{value}' is not a legal value"));
        Assert.Equal(words, Told(words));
    }

    [Fact]
    public void A_command_says_it_too()
    {
        using var root = new TemporaryFolder();
        string config = Path.Combine(root.Path, "c.yaml");
        File.WriteAllText(config, "name: " + new string('a', 1_000_000));
        var log = new StringWriter();

        Assert.Equal(1, NbProgram.Run(["train", config], Shell.Of(log, log, new SyntheticEngine())));
        Assert.Equal(1, NbProgram.Run(["eval", "a\u001b[31m\nb"], Shell.Of(log, log, new SyntheticEngine())));

        Assert.InRange(log.ToString().Length, 1, 2000);
        Assert.DoesNotContain('\u001b', log.ToString());
    }

    [Theory]
    [InlineData(typeof(IOException))]
    [InlineData(typeof(UnauthorizedAccessException))]
    public void Standard_output_that_cannot_be_written_is_told_as_that(Type fault)
    {
        var error = new StringWriter();
        var output = new Broken((Exception)Activator.CreateInstance(fault)!);

        Assert.Equal(1, NbProgram.Run(["methods"], Shell.Of(output, error, new SyntheticEngine())));

        Assert.StartsWith("nb: standard output cannot be written: ", error.ToString(), StringComparison.Ordinal);
    }

    private static string Told(string message)
    {
        var error = new StringWriter { NewLine = "" };
        Shell.Of(TextWriter.Null, error, new SyntheticEngine()).Error.WriteLine(message);
        return error.ToString();
    }

    private sealed class Broken(Exception fault) : StringWriter
    {
        public override void Write(char value) => throw fault;

        public override void Write(string? value) => throw fault;

        public override void WriteLine(string? value) => throw fault;
    }
}
