namespace NeuralBurden.Vit.OneShot;

/// <summary>Marks the entries of least score; equal ones by index, the first go.</summary>
internal static class RowSelection
{
    /// <summary>Clears <paramref name="keep"/> at the <paramref name="count"/> entries of least score.</summary>
    public static void Drop(ReadOnlySpan<double> scores, int count, Span<bool> keep)
    {
        int[] order = new int[scores.Length];
        for (int i = 0; i < order.Length; i++) order[i] = i;
        double[] keys = scores.ToArray();
        Array.Sort(keys, order);
        // Array.Sort keeps no order among equals; the boundary's are settled by index.
        if (count > 0 && count < order.Length && keys[count - 1] == keys[count])
        {
            int first = count - 1, end = count;
            while (first > 0 && keys[first - 1] == keys[count]) first--;
            while (end < keys.Length && keys[end] == keys[count]) end++;
            Array.Sort(order, first, end - first);
        }

        for (int i = 0; i < count; i++) keep[order[i]] = false;
    }

    /// <summary>
    /// Of <paramref name="total"/> entries that are spread evenly over <paramref name="all"/>, those in a part of
    /// <paramref name="length"/> after the first <paramref name="before"/>; the parts add up to the whole.
    /// </summary>
    public static int Share(long total, long all, long before, int length) =>
        (int)((total * (before + length) / all) - (total * before / all));
}
