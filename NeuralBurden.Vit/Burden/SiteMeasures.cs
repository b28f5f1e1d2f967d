namespace NeuralBurden.Vit.Burden;

/// <summary>Turns the figures of one block's units into records: <see cref="BurdenRecord"/> has the formulas.</summary>
internal sealed class SiteMeasures(
    BurdenMoment moment, int layer, BurdenBaseline baseline, double sparsity, double beta)
{
    private const double IdleLoad = 0.025;
    private const double Overload = 4;
    private const double OverRangeLimit = 0.01;
    private const double ShiftLimit = 1;
    private const double BestErrorLimit = 0.05;

    /// <param name="reference">Null without a reference.</param>
    /// <param name="errors">Of the whole block; null where the reference allows none. They go to the main site.</param>
    public BurdenRecord Record(
        BurdenSite site, UnitFigures own, UnitFigures? reference, ActivityShares shares, BlockErrors? errors)
    {
        var record = Unaided(site, own, shares);
        if (reference is null) return record;
        record = Compared(record, own, reference);
        if (site == BurdenSite.Mlp) record = WithErrors(record, errors);
        return baseline.IsAligned ? Aligned(record, own, reference, shares) : record;
    }

    private BurdenRecord Unaided(BurdenSite site, UnitFigures own, ActivityShares shares)
    {
        bool[] alive = own.Alive;
        double mean = own.Rate.Average();
        double[] relative = mean > 0 ? [.. own.Rate.Select(r => r / mean)] : [];
        double[] contributions = own.Contribution is null ? [] : [.. own.Contribution.Where((_, j) => alive[j])];
        int living = alive.Count(a => a);
        return new BurdenRecord
        {
            Epoch = moment.Epoch,
            Step = moment.Step,
            Phase = moment.Phase,
            Layer = layer,
            Site = site,
            Reference = baseline.Kind,
            Beta = beta,
            Sparsity = sparsity,
            Tokens = own.Tokens,
            Units = alive.Length,
            DeadUnits = alive.Length - living,
            Rate = UnitStatistics.Summarize(own.Rate, alive),
            ImageLoad = UnitStatistics.Summarize(own.Activity.ImageLoad, alive),
            Energy = UnitStatistics.Summarize(own.Activity.Energy, alive),
            PatchRate = UnitStatistics.Summarize(own.Activity.PatchRate, alive),
            ClassRate = UnitStatistics.Summarize(own.Activity.ClassRate, alive),
            DecoderGain = UnitStatistics.Summarize(own.Gain, alive),
            Contribution = UnitStatistics.Summarize(contributions),
            SynapseLoad = UnitStatistics.Summarize(own.Synapses?.Load, alive),
            CurrentBalance = UnitStatistics.Summarize(Balances(own)),
            RelativeLoad = UnitStatistics.Summarize(relative, alive),
            IdleShare = Share(relative, q => q <= IdleLoad),
            OverloadedShare = Share(relative, q => q >= Overload),
            ActivityShare = UnitStatistics.Summarize(shares.Active, alive),
            Participation = Concentration.Participation(contributions),
            Gini = Concentration.Gini(contributions),
            RateCost = own.Rate.Sum(),
            EnergyCost = own.Activity.Energy.Sum(),
        };

        double? Share(double[] values, Func<double, bool> holds) => values.Length == 0 || living == 0
            ? null
            : (double)values.Where((q, j) => alive[j] && holds(q)).Count() / living;
    }

    // What needs no alignment of units: distributions, sums, subspaces.
    private BurdenRecord Compared(BurdenRecord record, UnitFigures own, UnitFigures reference)
    {
        double energy = reference.Activity.Energy.Sum(), rate = reference.Rate.Sum();
        bool compares = moment.IsFull && record.Site == BurdenSite.Mlp;
        return record with
        {
            ReferenceRate = UnitStatistics.Summarize(reference.Rate, reference.Alive),
            ReferenceContribution = UnitStatistics.Summarize(reference.Contribution, reference.Alive),
            ReferenceSynapseLoad = UnitStatistics.Summarize(reference.Synapses?.Load, reference.Alive),
            RateCostRatio = rate > 0 ? record.RateCost / rate : null,
            EnergyCostRatio = energy > 0 ? record.EnergyCost / energy : null,
            Similarity = compares ? Burden.Similarity.Of(own.Activity.ImageRates, reference.Activity.ImageRates) : null,
        };
    }

    private BurdenRecord WithErrors(BurdenRecord record, BlockErrors? errors)
    {
        if (errors is null) return record;
        double? rate = record.RateCostRatio, energy = record.EnergyCostRatio;
        return record with
        {
            SignalError = errors.Signal,
            BestError = errors.Best,
            SpanError = errors.Span,
            PastBoundary = errors.Best > BestErrorLimit,
            Burden = errors.Signal + Excess(rate),
            RawBurden = errors.Signal + (beta * rate),
            EnergyBurden = errors.Signal + Excess(energy),
            RawEnergyBurden = errors.Signal + (beta * energy),
        };

        double? Excess(double? ratio) => ratio is { } cr ? beta * Math.Max(0, cr - 1) : null;
    }

    private static BurdenRecord Aligned(
        BurdenRecord record, UnitFigures own, UnitFigures reference, ActivityShares shares)
    {
        double[] shifts = Shifts(own, reference);
        record = record with
        {
            RateRatio = Ratios(own.Rate, reference.Rate, reference.Rate),
            DecoderRatio = Ratios(own.Gain, reference.Gain, reference.Rate),
            ContributionRatio = Ratios(own.Contribution, reference.Contribution, reference.Rate),
            SynapseLoadRatio = Ratios(own.Synapses?.Load, reference.Synapses?.Load, reference.Synapses?.Load),
            PatchContributionRatio = Contributions(f => f.Activity.PatchRate),
            ClassContributionRatio = Contributions(f => f.Activity.ClassRate),
            OverRange = UnitStatistics.Summarize(shares.OverRange, own.Alive),
            BalanceShift = UnitStatistics.Summarize(shifts.Where(double.IsFinite)),
            PastBoundaryShare = Past(1),
            PastBoundaryShareHalf = Past(0.5),
            PastBoundaryShareDouble = Past(2),
        };
        return own.Synapses is null ? record : record with { ShiftedUnits = shifts.Count(s => s > ShiftLimit) };

        UnitQuantiles? Contributions(Func<UnitFigures, double[]> rate) =>
            Ratios(Scaled(rate(own), own), Scaled(rate(reference), reference), rate(reference));

        UnitQuantiles? Ratios(double[]? values, double[]? references, double[]? idle) =>
            values is null || references is null || references.Length == 0
                ? null
                : UnitStatistics.Summarize(UnitStatistics.Ratios(values, references, idle!, own.Alive));

        double? Past(double scale)
        {
            int living = own.Alive.Count(a => a), past = 0;
            for (int j = 0; j < own.Alive.Length; j++)
            {
                bool over = shares.OverRange![j] > scale * OverRangeLimit || shifts[j] > scale * ShiftLimit;
                past += own.Alive[j] && over ? 1 : 0;
            }

            return living == 0 ? null : (double)past / living;
        }
    }

    private static double[]? Scaled(double[] rates, UnitFigures figures) =>
        rates.Length == 0 || figures.Gain is null ? null : [.. rates.Zip(figures.Gain, (r, g) => r * g)];

    private static IEnumerable<double> Balances(UnitFigures own) => own.Synapses is null
        ? []
        : own.Synapses.Balance.Where((rho, j) => own.Alive[j] && double.IsFinite(rho));

    // |log2 rho - log2 rho0| of each unit alive. A current that vanished is a shift without bound; without both currents
    // in the reference there is nothing to shift from.
    private static double[] Shifts(UnitFigures own, UnitFigures reference)
    {
        double[] shifts = new double[own.Alive.Length];
        if (own.Synapses is null || reference.Synapses is null) return shifts;
        for (int j = 0; j < shifts.Length; j++)
        {
            double before = reference.Synapses.Balance[j], now = own.Synapses.Balance[j];
            bool comparable = own.Alive[j] && double.IsFinite(before) && before > 0 && !double.IsNaN(now);
            shifts[j] = comparable ? Math.Abs(Math.Log2(now) - Math.Log2(before)) : double.NaN;
        }

        return shifts;
    }
}
