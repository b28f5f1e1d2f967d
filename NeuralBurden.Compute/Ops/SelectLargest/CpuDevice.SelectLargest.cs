using NeuralBurden.Compute.Ops.SelectLargest;

namespace NeuralBurden.Compute.Devices.Cpu;

public unsafe partial class CpuDevice
{
    /// <summary>Stretches and selections are by shape alone, as is the order in which their counts are added up.</summary>
    protected override void SelectLargestCore(in SelectLargestArguments args)
    {
        int count = 0, selections = args.Together > 0 ? 1 : args.Segments.Count;
        for (int s = 0; s < args.Segments.Count; s++) count += PartsOf(args.Segments[s].Count, SelectionStretch.Length);
        int floats = (count * ((sizeof(SelectionStretch) / sizeof(float)) + (2 * SelectionStretch.Room)))
            + (selections * sizeof(LargestSelection) / sizeof(float));
        var stretches = (SelectionStretch*)Shared(floats);
        var chosen = (LargestSelection*)(stretches + count);
        int* room = (int*)(chosen + selections);
        int next = 0;
        for (int s = 0; s < args.Segments.Count; s++)
        {
            var segment = args.Segments[s];
            int selection = args.Together > 0 ? 0 : s;
            if (selection == s)
                chosen[s] = new LargestSelection { First = next, Keep = args.Together > 0 ? args.Together : segment.Keep };
            for (int at = 0; at < segment.Count; at += SelectionStretch.Length, next++, room += 2 * SelectionStretch.Room)
            {
                stretches[next] = new SelectionStretch
                {
                    Start = segment.Start + at,
                    Count = Math.Min(SelectionStretch.Length, segment.Count - at),
                    Selection = selection,
                    Places = room,
                    Keys = room + SelectionStretch.Room,
                };
            }

            chosen[selection].End = next;
        }

        float* x = F(args.X);
        uint* bits = (uint*)I(args.Bits);
        var begin = new BeginSelectionsJob { X = x, Stretches = stretches, Selections = chosen };
        _pool.Run(ref begin, selections);
        var sweep = new SweepStretchesJob { X = x, Bits = bits, Stretches = stretches, Selections = chosen };
        _pool.Run(ref sweep, count);
        var finish = new FinishSelectionsJob { X = x, Bits = bits, Stretches = stretches, Selections = chosen };
        _pool.Run(ref finish, selections);
        int nonFinite = 0;
        for (int s = 0; s < count; s++) nonFinite += stretches[s].NonFinite;
        I(args.NonFinite)[0] = nonFinite;
    }
}
