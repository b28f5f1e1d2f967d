using NeuralBurden.Compute.Sparse;
using NeuralBurden.Pruning.Counting;
using NeuralBurden.Pruning.Errors;

namespace NeuralBurden.Pruning.Patterns;

/// <summary>
/// Blocks of r x c weights live and die together; blocks at the right and lower edge may be smaller. A
/// block's score is the mean score of its weights, so that edge blocks compete fairly.
/// </summary>
public sealed class BlockPattern : Pattern
{
    private readonly int _rows;
    private readonly int _columns;
    private ulong[][] _scratch = [];

    /// <exception cref="SettingException">A block dimension below 1.</exception>
    public BlockPattern(int rows, int columns)
    {
        if (rows < 1) throw new SettingException("parameters.block_rows", rows, "at least 1");
        if (columns < 1)
            throw new SettingException("parameters.block_columns", columns, "at least 1");
        _rows = rows;
        _columns = columns;
    }

    public override string Name => _columns == int.MaxValue ? "rows" : $"blocks {_rows} x {_columns}";

    public override void Reduce(float[] scores, float[] units)
    {
        for (int t = 0; t < Segments.Length; t++)
        {
            var segment = Segments[t];
            var source = Context.Slice(scores, t);
            var sums = Units(units, t);
            for (int u = 0; u < sums.Length; u++)
            {
                var (row, column, height, width) = Block(segment, u);
                double sum = 0;
                for (int r = row; r < row + height; r++)
                    foreach (float score in source.Slice(r * segment.Columns + column, width)) sum += score;
                sums[u] = (float)(sum / ((double)height * width));
            }
        }
    }

    public override void ReadMasks(ulong[] bits)
    {
        for (int t = 0; t < Segments.Length; t++)
        {
            var words = Words(bits, t);
            words.Clear();
            for (int u = 0; u < Segments[t].Units; u++)
            {
                var (row, column, _, _) = Block(Segments[t], u);
                if (Context.Tensors[t].Mask[row, column]) MaskWords.Set(words, u);
            }
        }
    }

    public override void WriteMasks(ulong[] bits)
    {
        for (int t = 0; t < Segments.Length; t++)
        {
            var segment = Segments[t];
            var words = Words(bits, t);
            ulong[] mask = _scratch[t];
            for (int u = 0; u < segment.Units; u++)
            {
                var (row, column, height, width) = Block(segment, u);
                bool kept = MaskWords.Get(words, u);
                for (int r = row; r < row + height; r++)
                    MaskWords.SetRange(mask, r * segment.Columns + column, width, kept);
            }

            Context.Tensors[t].Mask.Replace(mask);
        }
    }

    public override void Check()
    {
        for (int t = 0; t < Segments.Length; t++)
        {
            var tensor = Context.Tensors[t];
            for (int u = 0; u < Segments[t].Units; u++)
            {
                var (row, column, height, width) = Block(Segments[t], u);
                int kept = 0;
                for (int r = row; r < row + height; r++)
                    kept += MaskWords.CountRange(tensor.Mask.Words, r * tensor.Columns + column, width);
                if (kept == 0 || kept == height * width) continue;
                throw new PruningInvariantException(
                    $"Tensor '{tensor.Name}': block at [{row}, {column}] keeps {kept} of {height * width}.");
            }
        }
    }

    public override int WeightsOf(int segment, int unit)
    {
        var (_, _, height, width) = Block(Segments[segment], unit);
        return height * width;
    }

    protected override Segment[] Divide()
    {
        _scratch = [.. Context.Tensors.Select(tensor => new ulong[tensor.Mask.Words.Length])];
        return
        [
            .. Context.Tensors.Select(tensor => new Segment(
                tensor.Name, Parts(tensor.Rows, _rows) * Parts(tensor.Columns, _columns), tensor.Rows,
                tensor.Columns)),
        ];
    }

    private static int Parts(int length, int part) => (int)(((long)length + part - 1) / part);

    private (int Row, int Column, int Height, int Width) Block(Segment segment, int unit)
    {
        int across = Parts(segment.Columns, _columns);
        int row = unit / across * _rows;
        int column = unit % across == 0 ? 0 : unit % across * _columns;
        int height = Math.Min(_rows, segment.Rows - row);
        return (row, column, height, Math.Min(_columns, segment.Columns - column));
    }
}
