using NeuralBurden.Compute.Contracts;
using NeuralBurden.Compute.Devices;
using NeuralBurden.Compute.Devices.Reference;
using NeuralBurden.Compute.Tensors;
using Xunit;

namespace NeuralBurden.Tests.Compute;

/// <summary>
/// Every argument of every op is checked before work starts. One argument of a legal case is spoilt at a time; the
/// op must refuse with an <see cref="ArgumentException"/> that names op and argument. A case may leave out an
/// optional argument, so each one must be refused in at least one of the cases.
/// </summary>
public class OpArgumentTests
{
    private const int Cases = 16;

    // "op.argument" of what may be missing, and of what may have any shape.
    private static readonly HashSet<string> Optional =
    [
        "AssembleTokens.classToken", "AssembleTokens.dClassToken", "Attention.logSizes", "Attention.probabilities",
        "CrossEntropy.dLogits", "CrossEntropy.others", "CrossEntropy.shares", "LoadImages.jitter",
        "MergeTokens.sizes", "PoolTokens.sizes", "ScaleImages.r",
        "MatchTokens.sizes", "ClassAttention.bias", "PreserveNorms.sizes",
    ];

    private static readonly HashSet<string> AnyShape = ["ClipByNorm.g"];

    // Cases of the sparse ops build their matrix while they run; SparseProductTests has what is refused there.
    public static TheoryData<string> Ops =>
        [.. OpContracts.All.Select(c => c.Name).Where(name => !name.StartsWith("Sparse", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(Ops))]
    public void A_tensor_of_another_device_is_refused_by_name(string op)
    {
        using var other = new ReferenceDevice();
        Check(op, [], namesIt: true, (argument, _) => argument.Place(other));
    }

    [Theory]
    [MemberData(nameof(Ops))]
    public void A_missing_tensor_is_refused_by_name(string op) => Check(op, Optional, namesIt: true, (_, _) => default);

    [Theory]
    [MemberData(nameof(Ops))]
    public void A_tensor_of_the_wrong_shape_is_refused(string op) =>
        Check(
            op,
            AnyShape,
            namesIt: false,
            (argument, device) => device.AllocateTensor(
                new Shape((int)argument.Shape.Count + 33), argument.Name, argument.Type));

    private static void Check(string op, HashSet<string> exempt, bool namesIt, Func<OpArgument, Device, Tensor> spoil)
    {
        var contract = OpContracts.All.Single(c => c.Name == op);
        var wrong = new List<string>();
        var accepted = new HashSet<string>();
        var refused = new HashSet<string>();
        using (var device = new ReferenceDevice())
        {
            for (ulong seed = 0; seed < Cases; seed++)
            {
                var opCase = contract.Generate(new CaseSource(seed));
                var tensors = opCase.Arguments.Select(a => a.Place(device)).ToArray();
                for (int i = 0; i < tensors.Length; i++)
                {
                    string name = NameOf(opCase.Arguments[i]);
                    var bad = spoil(opCase.Arguments[i], device);
                    var error = Refusal(opCase, device, [.. tensors[..i], bad, .. tensors[(i + 1)..]]);
                    if (!bad.IsNone) bad.Buffer.Dispose();
                    (error is null ? accepted : refused).Add(name);
                    if (error is null) continue;
                    bool namedOp = error.Message.StartsWith(op, StringComparison.Ordinal);
                    bool named = namesIt && !exempt.Contains($"{op}.{name}")
                        ? error.Message.Contains($"'{name}'", StringComparison.OrdinalIgnoreCase)
                        : error.Message.Contains('\'');
                    if (error is not ArgumentException || !namedOp || !named)
                        wrong.Add($"{name}: {error.GetType().Name} {error.Message}");
                }

                foreach (var tensor in tensors) tensor.Buffer.Dispose();
            }
        }

        Assert.Empty(wrong.Distinct());
        Assert.DoesNotContain(accepted.Except(refused), name => !exempt.Contains($"{op}.{name}"));
    }

    // "output without probabilities" is a second tensor that the case passes as "output".
    private static string NameOf(OpArgument argument) => argument.Name.Split(' ')[0];

    private static Exception? Refusal(OpCase opCase, Device device, Tensor[] tensors) =>
        Record.Exception(() => opCase.Run(device, new PlacedArguments(tensors)));
}
