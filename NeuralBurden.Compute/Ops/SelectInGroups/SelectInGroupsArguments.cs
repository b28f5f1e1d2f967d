using NeuralBurden.Compute.Sparse;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Ops.SelectInGroups;

/// <summary>
/// N:M masks (arXiv 2102.04010): every row of every matrix is divided into groups of <paramref name="Length"/> neighbours,
/// the last of which may be shorter; bit i of bits = 1 where |x[i]| is among the largest of its group, as many as
/// <see cref="GroupedMatrix"/> says, under the order (|x| descending, index ascending). What is not finite counts as larger
/// than all that is, and nonFinite[0] says how much of it there is. Bits of a matrix's last word behind its last element are
/// 0; words of no matrix stay as they are. bits: see <see cref="MaskWords"/>.
/// </summary>
/// <param name="X">[N].</param>
/// <param name="Matrices">In ascending order, without overlap.</param>
/// <param name="Length">M, at least 1.</param>
/// <param name="Bits">int [ceil(N / 32)].</param>
/// <param name="NonFinite">int [1].</param>
/// <exception cref="ArgumentException">
/// Shapes that do not fit, a matrix that does not begin at a multiple of 32, or a group that keeps more than it has.
/// </exception>
public readonly record struct SelectInGroupsArguments(
    Tensor X, IReadOnlyList<GroupedMatrix> Matrices, int Length, Tensor Bits, Tensor NonFinite)
{
    internal bool Check(Require require)
    {
        require.Floats(X);
        require.Indices(Bits, new Shape(MaskWords.DeviceWordCount(X.Count)));
        require.Indices(NonFinite, new Shape(1));
        require.That(Length > 0, "a group has no element");
        long end = 0;
        for (int i = 0; i < Matrices.Count; i++)
        {
            var matrix = Matrices[i];
            require.That(matrix.Start % 32 == 0 && matrix.Start >= end, "a matrix begins within another, or within a word");
            require.That(matrix.Rows > 0 && matrix.Columns > 0, "a matrix is empty");
            bool fits = matrix.Keep >= 0 && matrix.Keep <= Length && matrix.KeepRest >= 0;
            require.That(fits && matrix.KeepRest <= matrix.Columns % Length, "a group keeps what it lacks");
            end = matrix.End;
        }

        require.That(end <= X.Count, "a matrix ends behind x");
        return Matrices.Count > 0;
    }
}
