using NeuralBurden.Vit.Burden;
using NeuralBurden.Vit.Study;
using NeuralBurden.Vit.Study.Hypotheses;

namespace NeuralBurden.Tests.Study.Report;

/// <summary>A bit of everything that a report shows: lengths, sparsities, merges, nulls, a cut, whole units.</summary>
internal static class RichStudy
{
    private static readonly int[] Screen = [1, 2, 3], Fresh = [101, 102, 103, 104, 105, 106];

    public static StudyData Create()
    {
        var screen = new SyntheticStudy(Screen) { Noise = 0.002, LoadNoise = 0.03 };
        foreach (int epochs in (int[])[10, 30, 100, 300])
        {
            double gain = 0.02 * Math.Log(epochs / 100.0);
            screen.Add("dense", 0, 0.97 + (gain / 2), epochs: epochs)
                .Add("dense", 0, 0.969 + (gain / 2), merge: SyntheticStudy.SinglePass, epochs: epochs)
                .Add("gmp", 0.98, 0.95 + gain, Loads(-0.05, 0.7), epochs: epochs)
                .Add("pdwp", 0.98, 0.96 + gain, Loads((0.4 * Math.Log(epochs / 100.0)) + 0.37, 1.4), epochs: epochs)
                .Add(
                    "pdwp", 0.98, 0.961 + gain, Loads((0.4 * Math.Log(epochs / 100.0)) + 0.33, 1.35),
                    SyntheticStudy.SinglePass, epochs: epochs);
        }

        foreach (double s in (double[])[0.8, 0.9, 0.95, 0.99])
        {
            double loss = 0.0006 / (1 - s);
            screen.Add("gmp", s, 0.97 - loss, Loads(-0.1 + s, 0.5)).Add("pdwp", s, 0.972 - (loss / 2), Loads(s - 0.6, 0.8))
                .Add("pdwp", s, 0.973 - (loss / 2), Loads(s - 0.65, 0.8), SyntheticStudy.SinglePass);
        }

        foreach (double s in (double[])[0.95, 0.98, 0.99])
        {
            screen.Add("static-random", s, 0.93 - s + 0.9, Loads(-0.3, 0.5))
                .Add(
                    "dense", 0, 0.94, Loads(0.05, 0),
                    departures: new Dictionary<string, string> { [StudyFactors.Small] = $"{s}" });
        }

        foreach (int layer in (int[])[0, 1, 2])
        {
            foreach (string r in (string[])["12.5%", "25%", "50%"])
            {
                var merge = SyntheticStudy.Merge("single-pass", r, layer);
                double cost = 0.02 / (1 + layer);
                screen.Add("pdwp", 0.98, 0.96 - cost, Loads(0.3 - (0.05 * layer), 1.3), merge)
                    .Add("dense", 0, 0.97 - cost, merge: merge);
            }
        }

        foreach (double s in (double[])[0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8])
        {
            screen.Add("mlp-units", s, 0.97 - Math.Max(0, s - 0.5), Loads(0.1, 0.2), change: (run, random) => run with
            {
                Loads = [run.Loads[0] with
                {
                    Values = new Dictionary<string, double>
                    {
                        [LoadMeasures.Best(0)] = 0.02 + Math.Max(0, s - 0.52) + (0.003 * random.NextDouble()),
                        [LoadMeasures.SpanLimit] = 0.01 + Math.Max(0, s - 0.55) + (0.003 * random.NextDouble()),
                    },
                }],
            });
        }

        foreach (double s in (double[])[0.9, 0.98])
        {
            screen.Add("oneshot", s, 0.93, Loads(-0.3, 0.6), change: (run, random) => run with
            {
                Loads = [.. new[] { 0.5, 0.55, 0.7 }.Select(share => SyntheticStudy.Record(
                    (int)(share * 10000), share, 0.9, 0.96,
                    Loads(-s + ((share - 0.5) * (2 + random.NextDouble())), (share - 0.5) * 3))), run.Loads[0]],
            });
        }

        var fresh = new SyntheticStudy(Fresh) { Noise = 0.002, LoadNoise = 0.03 }
            .Add("dense", 0, 0.97).Add("dense", 0, 0.969, merge: SyntheticStudy.SinglePass)
            .Add("gmp", 0.98, 0.95, Loads(-0.05, 0.7)).Add("gmp", 0.98, 0.951, Loads(-0.02, 0.7), SyntheticStudy.SinglePass)
            .Add("oneshot", 0.98, 0.93, Loads(-0.3, 0.6))
            .Add("pdwp", 0.98, 0.951, departures: new Dictionary<string, string> { ["pruning.parameters.gamma"] = "0" })
            .Add("pdwp", 0.98, 0.96, Loads(0.37, 1.4), change: (run, random) => run with
            {
                ReturnRate = 0.2,
                Loads = [run.Loads[0] with
                {
                    Silencing = SyntheticStudy.Silencing(run.Accuracy, 0.03 + (0.01 * random.NextDouble())),
                    TwinSilencing = SyntheticStudy.Silencing(0.97, 0.02),
                }],
            })
            .Add("pdwp", 0.98, 0.963, Loads(0.33, 1.35), SyntheticStudy.SinglePass)
            .Add("pdwp", 0.98, 0.955, Loads(0.36, 1.35), SyntheticStudy.Merge("random-pairs"))
            .Add("pdwp", 0.98, 0.957, Loads(0.30, 1.35), SyntheticStudy.Merge("avgpool2x2"));
        var focus = SyntheticStudy.Focus(Fresh, "T0", "T1", "T4a", "T4b", "T5", "T6");
        StudyRun[] confirming = [.. fresh.Runs.Select((r, i) =>
            r with { Id = $"fresh{i}", Picture = r.Merges ? "merges.png" : null })];
        var plan = new StudyPlan
        {
            Version = StudyPlan.CurrentVersion,
            Study = "synthetic",
            Focus = focus,
            Config = "",
            Endpoints = [.. focus.Tests.Select(t => StudyHypotheses.Find(t)!.Endpoint)],
            Rules = StudyHypotheses.Rules,
            Runs = [.. confirming.Select(r => r.Id)],
            Code = "test",
            Hash = new string('a', 64),
        };
        StudyRun[] all = [.. screen.Runs, .. confirming];
        return screen.Data(focus, plan) with { Planned = all.Length, Runs = all };
    }

    private static Dictionary<string, double> Loads(double kTwin, double kShot) =>
        new(SyntheticStudy.Loads(kTwin, kShot, 0.2 + (0.2 / (1 + Math.Exp(kTwin)))))
        {
            [LoadMeasures.AliveShareShot] = 0.9,
            [LoadMeasures.Burden(1)] = 1.3,
            [LoadMeasures.Best(0)] = 0.05,
        };
}
