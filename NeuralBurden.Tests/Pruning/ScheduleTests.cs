using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using NeuralBurden.Pruning.Errors;
using NeuralBurden.Pruning.Schedules;
using Xunit;

namespace NeuralBurden.Tests.Pruning;

public sealed class ScheduleTests
{
    private sealed record Case(double Initial, double Target, int Start, int Ramp, int Hold, int Every)
    {
        public PruningWindow Window => new(Start, Start + Ramp, Start + Ramp + Hold, Every);

        public IEnumerable<SparsitySchedule> Schedules =>
        [
            new ConstantSchedule(Target), new OneShotSchedule(Target, Start),
            new MultiStepSchedule(Initial, Target, Start, Start + Ramp, 1 + Every % 5),
            new CubicSchedule(Initial, Target, Start, Start + Ramp),
            new CubicSchedule(Initial, Target, Start, Start + Ramp, power: 1),
            new ExponentialSchedule(Initial, Target, Start, Start + Ramp),
        ];
    }

    private static Arbitrary<Case> Cases => Arb.From(
        from initial in Gen.Choose(0, 100)
        from target in Gen.Choose(initial, 100)
        from start in Gen.Choose(0, 300)
        from ramp in Gen.Choose(0, 300)
        from hold in Gen.Choose(0, 100)
        from every in Gen.Choose(1, 500)
        select new Case(initial / 100.0, target / 100.0, start, ramp, hold, every),
        c => new[]
        {
            c with { Start = c.Start / 2 }, c with { Ramp = c.Ramp / 2 }, c with { Hold = c.Hold / 2 },
            c with { Every = Math.Max(1, c.Every / 2) }, c with { Initial = 0 },
        }.Where(smaller => smaller != c));

    [Property(MaxTest = 500)]
    public Property The_target_is_exact_at_the_last_update_for_every_start_end_and_period() =>
        Prop.ForAll(Cases, c => c.Schedules.All(schedule =>
        {
            int last = Enumerable.Range(0, (int)c.Window.Stop + 600).Last(step => c.Window.IsUpdate(step));
            return schedule.At(last) == c.Target && last == c.Window.Stop && c.Window.IsUpdate(c.Window.End)
                && schedule.At(c.Window.End) == c.Target;
        }));

    [Property(MaxTest = 500)]
    public Property Schedules_never_decrease_and_stay_in_range() => Prop.ForAll(Cases, c => c.Schedules.All(schedule =>
        {
            double before = schedule.At(0);
            for (int step = 0; step <= c.Start + c.Ramp + 5; step++)
            {
                double now = schedule.At(step);
                if (now < before || now < schedule.Initial || now > schedule.Target) return false;
                before = now;
            }

            return true;
        }));

    [Fact]
    public void The_period_that_misses_the_target_elsewhere_meets_it_here()
    {
        // style.md 1.5: update every 5000, start 10000, end 19999 stops at 0.700 of a 0.8 target when only
        // multiples count.
        var window = new PruningWindow(10_000, 19_999, 19_999, 5_000);
        var schedule = new CubicSchedule(0, 0.8, 10_000, 19_999);
        Assert.Equal(0.8, schedule.At(19_999));
        Assert.True(window.IsUpdate(19_999));
        Assert.Equal(0.700, schedule.At(15_000), 3);
    }

    [Fact]
    public void Ramps_have_their_formulas()
    {
        Assert.Equal(0.9 + (0.1 - 0.9) * 0.5 * 0.5 * 0.5, new CubicSchedule(0.1, 0.9, 10, 30).At(20), 12);
        Assert.Equal(0.5, new CubicSchedule(0.1, 0.9, 10, 30, power: 1).At(20), 12);
        Assert.Equal(1 - Math.Sqrt(0.1), new ExponentialSchedule(0, 0.9, 0, 100).At(50), 12);
        var stages = new MultiStepSchedule(0, 0.9, 10, 30, 3);
        Assert.Equal(
            [0, 0.3, 0.3, 0.6, 0.6, 0.9],
            ((long[])[9, 10, 19, 20, 29, 30]).Select(t => Math.Round(stages.At(t), 12)));
        Assert.Equal([0, 0.75], ((long[])[4, 5]).Select(new OneShotSchedule(0.75, 5).At));
    }

    [Fact]
    public void Drop_fractions_have_their_formulas()
    {
        Assert.Equal(0.3, new DropGrowCycle(0.3, Annealing.Constant, 100).At(1000));
        var cosine = new DropGrowCycle(0.3, Annealing.Cosine, 100);
        Assert.Equal([0.3, 0.15, 0], ((long[])[0, 50, 100]).Select(t => Math.Round(cosine.At(t), 12)));
        var linear = new DropGrowCycle(0.5, Annealing.Linear, 100, 0.1);
        Assert.Equal(
            [0.5, 0.3, 0.1, 0.1], ((long[])[0, 50, 100, 900]).Select(t => Math.Round(linear.At(t), 12)));
    }

    [Fact]
    public void Nonsense_names_the_field()
    {
        Assert.Equal("sparsity", Field(() => new ConstantSchedule(1.2)));
        Assert.Equal("sparsity", Field(() => new CubicSchedule(0.5, 0.4, 0, 10)));
        Assert.Equal("sparsity", Field(() => new CubicSchedule(0, double.NaN, 0, 10)));
        Assert.Equal("end", Field(() => new CubicSchedule(0, 0.5, 10, 9)));
        Assert.Equal("start", Field(() => new CubicSchedule(0, 0.5, -1, 9)));
        Assert.Equal("stages", Field(() => new MultiStepSchedule(0, 0.5, 0, 9, 0)));
        Assert.Equal("end", Field(() => new PruningWindow(5, 4, 9, 1)));
        Assert.Equal("stop", Field(() => new PruningWindow(5, 6, 5, 1)));
        Assert.Equal("every", Field(() => new PruningWindow(5, 6, 7, 0)));
        Assert.Equal("drop", Field(() => new DropGrowCycle(1.1, Annealing.Constant, 5)));
    }

    private static string Field(Func<object> build) => Assert.Throws<SettingException>(build).Key;
}
