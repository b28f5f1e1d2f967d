using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using NeuralBurden.Compute.Benchmarks;
using NeuralBurden.Compute.Contracts;
using NeuralBurden.Compute.Ops.Gemm;
using NeuralBurden.Compute.Simd;
using NeuralBurden.Compute.Simd.Jobs;

namespace NeuralBurden.Bench.Blas;

/// <summary>
/// Attention as a program without a fused kernel does it: OpenBLAS called for the scores and the values of each head,
/// a vectorised softmax of its own in between. Heads are shared out over threads, each with one-threaded OpenBLAS.
/// </summary>
internal sealed unsafe class OpenBlasAttention : IMeasured, IDisposable
{
    private readonly WorkerPool _pool;
    private readonly OpenBlas _library;
    private readonly OpContract _contract;
    private readonly StepExtents _extents;
    private readonly float[][] _expected;
    private readonly GCHandle _self;
    private readonly float[] _qkv;
    private readonly float[] _output;
    private readonly float[] _probabilities;

    public OpenBlasAttention(
        OpenBlas library, OpContract contract, OpCase opCase, StepExtents extents, int threads, float[][] expected)
    {
        (_library, _contract, _extents, _expected) = (library, contract, extents, expected);
        _pool = new WorkerPool(threads);
        _self = GCHandle.Alloc(this);
        _qkv = Pinned(opCase.Arguments[0].Floats);
        _output = Pinned(new float[expected[3].Length]);
        _probabilities = Pinned(new float[expected[4].Length]);
    }

    public string Name => "OpenBLAS per head";

    public string? Check()
    {
        Run();
        string? difference = _contract.Tolerance.Compare(_expected[3], _output)
            ?? _contract.Tolerance.Compare(_expected[4], _probabilities);
        return difference is null ? null : $"OpenBLAS attention: {difference}";
    }

    public void Run()
    {
        _library.SetThreads(1);
        fixed (float* qkv = _qkv, output = _output, probabilities = _probabilities)
        {
            var job = new HeadJob
            {
                Owner = GCHandle.ToIntPtr(_self),
                Qkv = qkv,
                Output = output,
                Probabilities = probabilities,
            };
            _pool.Run(ref job, _extents.Batch);
        }
    }

    public void Complete()
    {
    }

    public void Dispose()
    {
        _pool.Dispose();
        _self.Free();
    }

    private static float[] Pinned(float[] values)
    {
        float[] pinned = GC.AllocateUninitializedArray<float>(values.Length, pinned: true);
        values.CopyTo(pinned, 0);
        return pinned;
    }

    private static void Softmax<S, V>(float* row, int count)
        where S : struct, ISimd<V>
        where V : struct
    {
        float maximum = float.NegativeInfinity;
        for (int i = 0; i < count; i++) maximum = Math.Max(maximum, row[i]);
        V shift = S.Broadcast(maximum), total = S.Zero;
        int whole = count - (count % S.Count), left = count - whole;
        for (int i = 0; i < whole; i += S.Count)
        {
            var e = VectorMath.Exp<S, V>(S.Subtract(S.Load(row + i), shift));
            S.Store(e, row + i);
            total = S.Add(total, e);
        }

        if (left > 0)
        {
            var e = S.KeepFirst(VectorMath.Exp<S, V>(S.Subtract(S.LoadPartial(row + whole, left), shift)), left);
            S.StorePartial(e, row + whole, left);
            total = S.Add(total, e);
        }

        var scale = S.Broadcast(1 / S.Sum(total));
        for (int i = 0; i < whole; i += S.Count) S.Store(S.Multiply(S.Load(row + i), scale), row + i);
        if (left > 0) S.StorePartial(S.Multiply(S.LoadPartial(row + whole, left), scale), row + whole, left);
    }

    private void Head(in HeadJob job, int image, int head)
    {
        int t = _extents.Tokens, h = _extents.Heads, d = _extents.HeadDim, stride = 3 * h * d;
        float* q = job.Qkv + ((long)image * t * stride) + (head * d);
        float* p = job.Probabilities + ((((long)image * h) + head) * t * t);
        float* o = job.Output + ((long)image * t * h * d) + (head * d);
        _library.Sgemm(GemmForm.NT, t, t, d, 1 / MathF.Sqrt(d), q, stride, q + (h * d), stride, p, t);
        for (int i = 0; i < t; i++)
        {
            if (Vector512.IsHardwareAccelerated) Softmax<Simd512, Vector512<float>>(p + (i * t), t);
            else if (Vector256.IsHardwareAccelerated) Softmax<Simd256, Vector256<float>>(p + (i * t), t);
            else Softmax<Simd128, Vector128<float>>(p + (i * t), t);
        }

        _library.Sgemm(GemmForm.NN, t, d, t, 1, p, t, q + (2 * h * d), stride, o, h * d);
    }

    private struct HeadJob : IJob
    {
        public nint Owner;
        public float* Qkv;
        public float* Output;
        public float* Probabilities;

        public readonly void Run(int part, int worker)
        {
            var owner = (OpenBlasAttention)GCHandle.FromIntPtr(Owner).Target!;
            for (int head = 0; head < owner._extents.Heads; head++) owner.Head(this, part, head);
        }
    }
}
