namespace NeuralBurden.Compute.Contracts;

/// <summary>
/// What an op promises on every device. Tests and benchmarks are driven by <see cref="OpContracts.All"/>: listing a
/// contract there is what makes an op tested everywhere.
/// </summary>
public abstract class OpContract
{
    /// <summary>Name of the op, and of its folder under <c>Ops/</c>.</summary>
    public abstract string Name { get; }

    /// <summary>What is computed, with shapes.</summary>
    public abstract string Formula { get; }

    /// <summary>Which arguments may share memory; none unless stated.</summary>
    public virtual string Aliasing => "no two arguments may overlap";

    /// <summary>What NaN and infinite inputs do.</summary>
    public virtual string NonFinite => "IEEE 754: a non-finite input makes the outputs that depend on it non-finite";

    /// <summary>How far two runs may differ.</summary>
    public virtual string Determinism => "bitwise repeatable on one device kind, for any number of threads";

    /// <summary>Largest allowed difference to the reference device.</summary>
    public virtual Tolerance Tolerance => new(2e-6, 1e-6);

    /// <summary>A legal input of small, lopsided shape.</summary>
    public abstract OpCase Generate(CaseSource source);

    /// <summary>Inputs that deserve to be tried every time: ties, zeros, extremes, non-finite values.</summary>
    public virtual IEnumerable<OpCase> EdgeCases() => [];

    /// <summary>The op at its sizes in a training step, which benchmarks measure; at least one.</summary>
    public abstract IEnumerable<OpCase> StepCases(StepExtents e);

    public override string ToString() => Name;
}
