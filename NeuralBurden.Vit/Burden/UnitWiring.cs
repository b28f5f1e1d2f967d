using NeuralBurden.Vit.Model;

namespace NeuralBurden.Vit.Burden;

/// <summary>
/// The effective weights around the units of one site, a zero being no synapse: rows that make a unit, columns that read
/// it. A hidden unit has one of each; a head has the rows of its q, k and v and the columns of its part of the projection.
/// </summary>
internal sealed class UnitWiring
{
    private readonly float[] _incoming;
    private readonly int[][] _rows;

    private UnitWiring(float[] incoming, float[] outgoing, int[][] rows, int[][] needed, int width)
    {
        (_incoming, Outgoing, _rows, Width) = (incoming, outgoing, rows, width);
        int units = rows.Length, stride = units * width;
        Inputs = incoming.Length / (stride * (rows[0].Length / width));
        Channels = outgoing.Length / stride;
        (FanOut, Alive) = (new int[units], new bool[units]);
        for (int j = 0; j < units; j++)
        {
            for (int c = 0; c < Channels; c++)
            {
                foreach (float w in outgoing.AsSpan((c * stride) + (j * width), width)) FanOut[j] += w == 0 ? 0 : 1;
            }

            Alive[j] = FanOut[j] > 0 && needed[j].Any(row => incoming.AsSpan(row * Inputs, Inputs).ContainsAnyExcept(0f));
        }
    }

    /// <summary>D, [channels, units * width].</summary>
    public float[] Outgoing { get; }

    public int Inputs { get; }

    public int Channels { get; }

    /// <summary>Values of one unit: 1, or those of a head.</summary>
    public int Width { get; }

    /// <summary>Kept weights out, [H].</summary>
    public int[] FanOut { get; }

    /// <summary>
    /// Whether a unit has a kept weight in and one out, [H]. What enters a head is its values: without them its output is
    /// the same whatever it attends to.
    /// </summary>
    public bool[] Alive { get; }

    public static UnitWiring Mlp(SiteReader reader, TransformerBlock block)
    {
        int[][] rows = [.. Enumerable.Range(0, block.Fc1.Weight.Shape[0]).Select(j => new[] { j })];
        return new UnitWiring(
            [.. reader.Read("fc1", block.Fc1.Weight.Effective)],
            [.. reader.Read("fc2", block.Fc2.Weight.Effective)],
            rows,
            rows,
            1);
    }

    public static UnitWiring Heads(SiteReader reader, TransformerBlock block, int heads)
    {
        int inner = block.Projection.Weight.Shape[1], width = inner / heads;
        int[] Part(int h, int part) => [.. Enumerable.Range((part * inner) + (h * width), width)];
        return new UnitWiring(
            [.. reader.Read("qkv weight", block.Qkv.Weight.Effective)],
            [.. reader.Read("proj", block.Projection.Weight.Effective)],
            [.. Enumerable.Range(0, heads).Select(h => (int[])[.. Part(h, 0), .. Part(h, 1), .. Part(h, 2)])],
            [.. Enumerable.Range(0, heads).Select(h => Part(h, 2))],
            width);
    }

    /// <summary>u = sum_i m |W_i| E|x_i| / sum_i m over a unit's rows, [H]; 0 without a synapse.</summary>
    /// <param name="inputs">E|x_i|, [inputs].</param>
    public double[] SynapseLoads(double[] inputs) => [.. _rows.Select(rows =>
    {
        double sum = 0;
        int kept = 0;
        foreach (int row in rows)
        {
            for (int i = 0; i < Inputs; i++)
            {
                double w = _incoming[(row * Inputs) + i];
                if (w == 0) continue;
                sum += Math.Abs(w) * inputs[i];
                kept++;
            }
        }

        return kept == 0 ? 0 : sum / kept;
    })];

    /// <summary>D_u^T D_u of every unit u, [width, width] each: |D_u a|^2 = a^T (D_u^T D_u) a.</summary>
    public double[][] Grams()
    {
        int units = FanOut.Length, stride = units * Width;
        double[][] grams = new double[units][];
        for (int u = 0; u < units; u++)
        {
            double[] gram = grams[u] = new double[Width * Width];
            for (int c = 0; c < Channels; c++)
            {
                var row = Outgoing.AsSpan((c * stride) + (u * Width), Width);
                for (int i = 0; i < Width; i++)
                {
                    for (int k = 0; k < Width; k++) gram[(i * Width) + k] += (double)row[i] * row[k];
                }
            }
        }

        return grams;
    }
}
