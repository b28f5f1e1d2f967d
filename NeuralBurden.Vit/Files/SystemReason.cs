using System.Text.RegularExpressions;

namespace NeuralBurden.Vit.Files;

/// <summary>Why the system refused, in its words, without the path that .NET adds: the program's own message names it.</summary>
internal static partial class SystemReason
{
    public static string Of(Exception e) => Path().Replace(e.Message, "");

    [GeneratedRegex(@" ?: '[^']*'\.?\z")]
    private static partial Regex Path();
}
