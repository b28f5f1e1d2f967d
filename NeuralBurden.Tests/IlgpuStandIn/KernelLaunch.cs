using System.Runtime.ExceptionServices;
using NeuralBurden.Compute.Ilgpu.Kernels;

namespace NeuralBurden.Tests.IlgpuStandIn;

/// <summary>
/// Runs a kernel with as many threads of the operating system as a group has. Each goes through all groups; a
/// fast one may be groups ahead of a slow one, since every group has shared memory and a barrier of its own.
/// </summary>
internal static class KernelLaunch
{
    private const int StackBytes = 256 * 1024;

    public static void Run<TKernel>(TKernel kernel, int groups, int threads)
        where TKernel : struct, IKernel
    {
        var contexts = new GroupContext?[groups];
        using var failure = new CancellationTokenSource();
        ExceptionDispatchInfo? first = null;
        var workers = new Thread[threads];
        for (int i = 0; i < threads; i++)
        {
            int thread = i;
            workers[i] = new Thread(() => Work(thread), StackBytes) { IsBackground = true };
            workers[i].Start();
        }

        foreach (var worker in workers) worker.Join();
        first?.Throw();

        void Work(int thread)
        {
            try
            {
                for (int group = 0; group < groups && !failure.IsCancellationRequested; group++)
                {
                    var context = ContextOf(group);
                    if (!context.Run(thread, kernel.Execute)) continue;
                    context.Dispose();
                    contexts[group] = null;
                }
            }
            catch (Exception e)
            {
                if (e is not OperationCanceledException)
                    Interlocked.CompareExchange(ref first, ExceptionDispatchInfo.Capture(e), null);
                failure.Cancel();
            }
        }

        GroupContext ContextOf(int group)
        {
            lock (contexts) return contexts[group] ??= new GroupContext(
                group, groups, threads, failure.Token);
        }
    }
}
