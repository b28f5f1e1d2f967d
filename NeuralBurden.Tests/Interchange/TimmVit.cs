using NeuralBurden.Compute.Contracts;
using NeuralBurden.Vit.Formats;

namespace NeuralBurden.Tests.Interchange;

/// <summary>
/// A random ViT as timm would store it, and its logits computed here in double from timm's definition, op by op and with
/// nothing of the program: every difference that checkpoints of the kind have is a property.
/// </summary>
internal sealed record TimmVit
{
    public int Seed { get; init; } = 1;

    public int Dim { get; init; } = 12;

    public int Depth { get; init; } = 2;

    public int Heads { get; init; } = 3;

    public int Hidden { get; init; } = 20;

    public int Patch { get; init; } = 4;

    public int Rows { get; init; } = 3;

    public int Columns { get; init; } = 3;

    public int Channels { get; init; } = 3;

    public int Classes { get; init; } = 5;

    public bool ClassToken { get; init; } = true;

    public bool Distilled { get; init; }

    public int Registers { get; init; }

    public bool PositionsOfPatchesOnly { get; init; }

    public bool FcNorm { get; init; }

    public bool LayerScale { get; init; }

    public bool QkvBias { get; init; } = true;

    public bool PreNorm { get; init; }

    public double Epsilon { get; init; } = 1e-6;

    /// <summary>
    /// Told a token's attention output before its projection (<c>blocks.0.attn</c>) and its hidden units after GELU
    /// (<c>blocks.0.mlp</c>), with its index; it may change them.
    /// </summary>
    public Action<string, int, double[]>? Gate { get; init; }

    /// <summary>What a residual branch, <c>blocks.0.attn</c> or <c>blocks.0.mlp</c>, is multiplied by; 1 without.</summary>
    public Func<string, double>? Branch { get; init; }

    public int Extra => (ClassToken ? 1 : 0) + (Distilled ? 1 : 0) + Registers;

    public int Height => Rows * Patch;

    public int Width => Columns * Patch;

    /// <summary>Under timm's names, in a fixed order.</summary>
    public IReadOnlyDictionary<string, (int[] Shape, float[] Values)> Tensors()
    {
        var source = new CaseSource((ulong)Seed);
        var all = new Dictionary<string, (int[], float[])>();
        if (ClassToken) Add("cls_token", [1, 1, Dim]);
        if (Distilled) Add("dist_token", [1, 1, Dim]);
        if (Registers > 0) Add("reg_token", [1, Registers, Dim]);
        Add("pos_embed", [1, (Rows * Columns) + (PositionsOfPatchesOnly ? 0 : Extra), Dim]);
        Add("patch_embed.proj.weight", [Dim, Channels, Patch, Patch], 0.2f);
        if (!PreNorm) Add("patch_embed.proj.bias", [Dim]);
        if (PreNorm) Norm("norm_pre");
        for (int i = 0; i < Depth; i++)
        {
            string b = $"blocks.{i}.";
            Norm(b + "norm1");
            Add(b + "attn.qkv.weight", [3 * Dim, Dim]);
            if (QkvBias) Add(b + "attn.qkv.bias", [3 * Dim]);
            Linear(b + "attn.proj", Dim, Dim);
            if (LayerScale) Add(b + "ls1.gamma", [Dim], 1);
            Norm(b + "norm2");
            Linear(b + "mlp.fc1", Hidden, Dim);
            Linear(b + "mlp.fc2", Dim, Hidden);
            if (LayerScale) Add(b + "ls2.gamma", [Dim], 1);
        }

        Norm(FcNorm ? "fc_norm" : "norm");
        Linear("head", Classes, Dim);
        if (Distilled) Linear("head_dist", Classes, Dim);
        return all;

        void Add(string name, int[] shape, float scale = 0.4f) =>
            all.Add(name, (shape, source.Floats(shape.Aggregate(1L, (a, n) => a * n), scale)));

        void Norm(string name)
        {
            Add(name + ".weight", [Dim], 1);
            Add(name + ".bias", [Dim]);
        }

        void Linear(string name, int outputs, int inputs)
        {
            Add(name + ".weight", [outputs, inputs]);
            Add(name + ".bias", [outputs]);
        }
    }

    public void Save(string path) =>
        SafetensorsWriter.Write(path, [.. Tensors().Select(t => NamedTensor.Of(t.Key, t.Value.Shape, t.Value.Values))]);

    /// <summary>Logits of one image [C, H, W].</summary>
    public double[] Logits(ReadOnlySpan<float> image)
    {
        var w = Tensors();
        var tokens = Embed(w, image);
        for (int i = 0; i < Depth; i++) Block(w, $"blocks.{i}.", tokens);
        if (FcNorm) return Apply(w, "head", LayerNorm(w, "fc_norm", Mean(tokens)));
        var normed = tokens.Select(t => LayerNorm(w, "norm", t)).ToList();
        if (Distilled)
        {
            double[] first = Apply(w, "head", normed[0]), second = Apply(w, "head_dist", normed[1]);
            return [.. first.Zip(second, (a, b) => (a + b) / 2)];
        }

        return Apply(w, "head", ClassToken ? normed[0] : Mean(normed));
    }

    private double[] Mean(IReadOnlyList<double[]> tokens) =>
        [.. Enumerable.Range(0, Dim).Select(c => tokens.Skip(Extra).Average(t => t[c]))];

    private List<double[]> Embed(IReadOnlyDictionary<string, (int[] Shape, float[] Values)> w, ReadOnlySpan<float> image)
    {
        var tokens = new List<double[]>();
        if (ClassToken) tokens.Add(Doubles(w["cls_token"].Values, 0));
        if (Distilled) tokens.Add(Doubles(w["dist_token"].Values, 0));
        for (int r = 0; r < Registers; r++) tokens.Add(Doubles(w["reg_token"].Values, r));
        float[] kernel = w["patch_embed.proj.weight"].Values, positions = w["pos_embed"].Values;
        for (int p = 0; p < Rows * Columns; p++)
        {
            double[] token = new double[Dim];
            for (int d = 0; d < Dim; d++)
            {
                double sum = PreNorm ? 0 : w["patch_embed.proj.bias"].Values[d];
                for (int i = 0; i < Channels * Patch * Patch; i++)
                {
                    int channel = i / (Patch * Patch);
                    int y = (p / Columns * Patch) + (i / Patch % Patch), x = (p % Columns * Patch) + (i % Patch);
                    sum += kernel[(d * Channels * Patch * Patch) + i] * image[(((channel * Height) + y) * Width) + x];
                }

                token[d] = sum;
            }

            tokens.Add(token);
        }

        int skipped = PositionsOfPatchesOnly ? Extra : 0;
        for (int t = skipped; t < tokens.Count; t++)
            for (int d = 0; d < Dim; d++) tokens[t][d] += positions[((t - skipped) * Dim) + d];
        return PreNorm ? [.. tokens.Select(t => LayerNorm(w, "norm_pre", t))] : tokens;
    }

    private void Block(IReadOnlyDictionary<string, (int[] Shape, float[] Values)> w, string b, List<double[]> tokens)
    {
        int d = Dim / Heads;
        var qkv = tokens.Select(t => Apply(w, b + "attn.qkv", LayerNorm(w, b + "norm1", t))).ToList();
        var attended = tokens.Select(_ => new double[Dim]).ToList();
        for (int h = 0; h < Heads; h++)
        {
            for (int i = 0; i < tokens.Count; i++)
            {
                double[] scores = [.. qkv.Select(k =>
                    Enumerable.Range(h * d, d).Sum(c => qkv[i][c] * k[Dim + c]) / Math.Sqrt(d))];
                double most = scores.Max(), total = scores.Sum(s => Math.Exp(s - most));
                for (int j = 0; j < tokens.Count; j++)
                {
                    double p = Math.Exp(scores[j] - most) / total;
                    for (int c = h * d; c < (h + 1) * d; c++) attended[i][c] += p * qkv[j][(2 * Dim) + c];
                }
            }
        }

        for (int t = 0; t < tokens.Count; t++)
        {
            Gate?.Invoke(b + "attn", t, attended[t]);
            Add(tokens[t], Apply(w, b + "attn.proj", attended[t]), "ls1", "attn");
            double[] hidden = Apply(w, b + "mlp.fc1", LayerNorm(w, b + "norm2", tokens[t]));
            for (int i = 0; i < hidden.Length; i++) hidden[i] *= 0.5 * (1 + Erf(hidden[i] / Math.Sqrt(2)));
            Gate?.Invoke(b + "mlp", t, hidden);
            Add(tokens[t], Apply(w, b + "mlp.fc2", hidden), "ls2", "mlp");
        }

        void Add(double[] token, double[] x, string scale, string branch)
        {
            float[]? gamma = w.GetValueOrDefault($"{b}{scale}.gamma").Values;
            double left = Branch?.Invoke(b + branch) ?? 1;
            for (int i = 0; i < token.Length; i++) token[i] += left * (gamma?[i] ?? 1) * x[i];
        }
    }

    private static double[] Apply(IReadOnlyDictionary<string, (int[] Shape, float[] Values)> w, string name, double[] x)
    {
        float[] weight = w[name + ".weight"].Values, bias = w.GetValueOrDefault(name + ".bias").Values;
        int n = weight.Length / x.Length;
        return [.. Enumerable.Range(0, n).Select(o =>
            (bias?[o] ?? 0) + Enumerable.Range(0, x.Length).Sum(i => weight[(o * x.Length) + i] * x[i]))];
    }

    private double[] LayerNorm(IReadOnlyDictionary<string, (int[] Shape, float[] Values)> w, string name, double[] x)
    {
        double mean = x.Average(), variance = x.Average(v => (v - mean) * (v - mean));
        float[] scale = w[name + ".weight"].Values, shift = w[name + ".bias"].Values;
        return [.. x.Select((v, i) => ((v - mean) / Math.Sqrt(variance + Epsilon) * scale[i]) + shift[i])];
    }

    private double[] Doubles(float[] values, int row) => [.. values.Skip(row * Dim).Take(Dim).Select(v => (double)v)];

    // The Maclaurin series where it converges fast, else the continued fraction's limit; good to 1e-12 here.
    private static double Erf(double x)
    {
        if (Math.Abs(x) > 5) return Math.Sign(x);
        double sum = x, term = x;
        for (int n = 1; n < 120; n++)
        {
            term *= -x * x / n;
            sum += term / ((2 * n) + 1);
        }

        return 2 / Math.Sqrt(Math.PI) * sum;
    }
}
