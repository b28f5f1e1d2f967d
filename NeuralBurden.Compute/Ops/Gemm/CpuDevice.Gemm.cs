using NeuralBurden.Compute.Ops.Gemm;
using NeuralBurden.Compute.Simd.Tiles;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Devices.Cpu;

public unsafe partial class CpuDevice
{
    // Below this many multiply-adds, waking another thread costs more than it saves.
    private const long SerialWork = 1 << 17;

    // A panel of B and a tile of A of this depth stay in the first cache levels.
    private const int DeepestBlock = 512;

    // Parts that a product has at least, if it is large enough to be divided at all.
    private const int FewestParts = 12;

    protected override void GemmCore(in GemmArguments args)
    {
        var (m, n, k) = args.Extents;
        bool deep = args.Epilogue.Kind == EpilogueKind.None && IsDeep(m, n, k);
        var product = new GemmOperands
        {
            M = m,
            N = n,
            K = k,
            A = F(args.A),
            ARow = args.TransposeA ? 1 : k,
            AStep = args.TransposeA ? m : 1,
            B = F(args.B),
            BStride = args.TransposeB ? k : n,
            TransposeB = args.TransposeB,
        };
        if (deep) DeepProduct(product, F(args.C), args.Accumulate);
        else WideProduct(args, product);
    }

    protected override Tensor PackMatrix(in Tensor w)
    {
        int n = w.Shape[0], k = w.Shape[1];
        var panels = AllocateTensor(new Shape((int)Panels.Size(k, n, VectorBits / 32)), $"{w.Buffer.Label}, packed");
        Pack(new GemmOperands { N = n, K = k, B = F(w), BStride = k, TransposeB = true }, F(panels), serial: false);
        return panels;
    }

    private static bool IsDeep(int m, int n, int k) => k >= 1024 && k >= 4L * Math.Max(m, n);

    /// <summary>Many rows: B is packed once for all workers, blocks of C are handed out.</summary>
    private void WideProduct(in GemmArguments args, in GemmOperands product)
    {
        int m = product.M, n = product.N, k = product.K;
        int lanes = VectorBits / 32, panel = 2 * lanes, panels = PartsOf(n, panel);
        bool serial = (long)m * n * k < SerialWork;
        float* packed = args.Packed is { Panels.IsNone: false } kept ? F(kept.Panels) : null;
        if (packed == null)
        {
            packed = Shared(Panels.Size(k, n, lanes));
            Pack(product, packed, serial);
        }

        // Few rows are divided by columns, so that each panel is read by as few parts as there can be.
        bool few = m <= GemmJob.FewRows;
        int rows = serial ? m
            : few ? PartsOf(m, PartsOf(FewestParts, panels))
            : Math.Clamp(PartsOf(m, 16), 1, k > 256 ? 96 : 192);
        rows = PartsOf(rows, 12) * 12;
        int rowParts = PartsOf(m, rows);
        int columnParts = serial ? 1 : Math.Clamp(PartsOf(FewestParts, rowParts), 1, panels);
        int columns = PartsOf(panels, columnParts) * panel;
        Parallel(
            new GemmJob(args, product, packed, BlockOf(k), rows, rowParts, columns),
            rowParts * PartsOf(n, columns));
    }

    private void Pack(in GemmOperands product, float* packed, bool serial)
    {
        int n = product.N, k = product.K, panel = VectorBits / 16, panels = PartsOf(n, panel);
        int perPart = serial ? panels : Math.Max(1, (1 << 14) / Math.Max(1, k * panel));
        Parallel(new GemmPackJob(product, packed, BlockOf(k), perPart * panel), PartsOf(panels, perPart));
    }

    /// <summary>Summands that stay in registers before they are added to memory.</summary>
    private static int BlockOf(int k)
    {
        int blocks = Math.Max(1, PartsOf(k, DeepestBlock));
        return blocks == 1 ? k : (PartsOf(k, blocks) + 7) / 8 * 8;
    }

    /// <summary>
    /// Few rows and columns, many summands: weight gradients. Groups of K blocks sum into partial results of their own,
    /// which are then added in order. The groups depend on the shape alone.
    /// </summary>
    private void DeepProduct(in GemmOperands product, float* c, bool accumulate)
    {
        int m = product.M, n = product.N, k = product.K, lanes = VectorBits / 32;
        long size = (long)m * n;
        int deepBlock = size > 1 << 18 ? 128 : 64, blocks = PartsOf(k, deepBlock);
        int groups = (int)Math.Clamp((1L << 22) / size, 1, Math.Min(8, blocks));
        int blocksPerGroup = PartsOf(blocks, groups);
        groups = PartsOf(blocks, blocksPerGroup);
        int rows = PartsOf(PartsOf(m, PartsOf(8, groups)), 12) * 12;
        int rowParts = PartsOf(m, rows);
        long scratch = Panels.Size(deepBlock, n, lanes) + (16 * deepBlock) + 64;
        bool direct = groups == 1;
        float* shared = Shared((scratch * _pool.Workers) + (direct ? 0 : groups * size));
        float* partials = direct ? c : shared + (scratch * _pool.Workers);
        Parallel(
            new DeepGemmJob(
                product,
                deepBlock,
                blocksPerGroup * deepBlock,
                rows,
                rowParts,
                partials,
                shared,
                scratch,
                direct && accumulate),
            groups * rowParts);
        if (direct) return;
        SumPartials(partials, size, groups, size, c, accumulate);
    }
}
