using NeuralBurden.Compute.Sparse;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Ops.SelectLargest;

/// <summary>
/// Bit i of bits = 1 where |x[i]| is among the <see cref="WeightSegment.Keep"/> largest of its segment, under the order
/// (|x| descending, index ascending): counts are exact and ties fall to the lower index. With <paramref name="Together"/>
/// above 0 all segments compete for that many places instead. What is not finite counts as larger than all that is, and
/// nonFinite[0] says how much of it there is. Bits of a segment's last word behind its last element are 0; words of no
/// segment stay as they are. bits: see <see cref="MaskWords"/>.
/// </summary>
/// <param name="X">[N].</param>
/// <param name="Segments">In ascending order, without overlap.</param>
/// <param name="Together">Elements to keep of all segments together; 0 where each has its own number.</param>
/// <param name="Bits">int [ceil(N / 32)].</param>
/// <param name="NonFinite">int [1].</param>
/// <exception cref="ArgumentException">
/// Shapes that do not fit, a segment that does not begin at a multiple of 32, or one that keeps more than it has.
/// </exception>
public readonly record struct SelectLargestArguments(
    Tensor X, IReadOnlyList<WeightSegment> Segments, int Together, Tensor Bits, Tensor NonFinite)
{
    internal bool Check(Require require)
    {
        require.Floats(X);
        require.Indices(Bits, new Shape(MaskWords.DeviceWordCount(X.Count)));
        require.Indices(NonFinite, new Shape(1));
        long end = 0, all = 0;
        for (int i = 0; i < Segments.Count; i++)
        {
            var segment = Segments[i];
            require.That(segment.Start % 32 == 0 && segment.Start >= end, "a segment begins within another, or within a word");
            bool fits = segment.Count > 0 && segment.Keep >= 0 && segment.Keep <= segment.Count;
            require.That(fits, "a segment keeps what it lacks");
            end = segment.Start + (long)segment.Count;
            all += segment.Count;
        }

        require.That(end <= X.Count, "a segment ends behind x");
        require.That(Together >= 0 && Together <= all, "the segments lack what they keep together");
        return Segments.Count > 0;
    }
}
