namespace NeuralBurden.Vit.Model.Merging;

/// <summary>
/// A control: neighbours in 2 x 2 windows of the patch grid become one token. Where fewer tokens are to go than all
/// windows hold, windows spread over the image are pooled one after the other, the last one in part. Windows at the edge
/// of a grid of odd side are smaller. Needs the grid as it is, so it must be the only merge of a pass.
/// </summary>
public sealed class PoolMerging(string name, MergePlan plan, bool proportionalAttention, VitShape shape)
    : BlindMerging(name, plan, proportionalAttention)
{
    private readonly int _columns = shape.Width / shape.Patch;
    private readonly int _rows = shape.Height / shape.Patch;

    private int WindowColumns => (_columns + 1) / 2;

    private int Windows => WindowColumns * ((_rows + 1) / 2);

    /// <summary>Tokens that pooling all windows of a grid removes.</summary>
    public static int Most(VitShape shape)
    {
        int columns = shape.Width / shape.Patch, rows = shape.Height / shape.Patch;
        return shape.Patches - ((columns + 1) / 2 * ((rows + 1) / 2));
    }

    protected override void Write(Span<int> map, int first, int place, uint step, int r)
    {
        int stride = Stride(Windows);
        map.Clear();
        // Tokens that go carry -1 minus the patch they join, until positions are known.
        for (int i = 0, window = 0; i < Windows && r > 0; i++, window = (window + stride) % Windows)
        {
            int row = window / WindowColumns * 2, column = window % WindowColumns * 2, home = (row * _columns) + column;
            for (int k = 1; k < 4 && r > 0; k++)
            {
                int y = row + (k / 2), x = column + (k % 2);
                if (y >= _rows || x >= _columns) continue;
                map[first + (y * _columns) + x] = -1 - (first + home);
                r--;
            }
        }

        int position = 0;
        for (int n = 0; n < map.Length; n++) map[n] = map[n] < 0 ? map[-1 - map[n]] : position++;
    }

    // Near the golden section and coprime to the count: steps of it visit all windows, neighbours late.
    private static int Stride(int windows)
    {
        int stride = Math.Max(1, (int)(windows * 0.618));
        while (Gcd(stride, windows) != 1) stride++;
        return stride;
    }

    private static int Gcd(int a, int b) => b == 0 ? a : Gcd(b, a % b);
}
