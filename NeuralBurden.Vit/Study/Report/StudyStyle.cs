namespace NeuralBurden.Vit.Study.Report;

/// <summary>What the report of a study needs beyond the common style sheet.</summary>
internal static class StudyStyle
{
    public const string Css = """
        .answers { display: grid; gap: 1.5rem; margin: 1.5rem 0 0; }
        .answer { border-left: 3px solid var(--v, var(--rule)); padding: 0.1rem 0 0.1rem 1.1rem; }
        .answer h3 { font-size: 1.05rem; margin: 0 0 0.2rem; }
        .answer p { margin: 0.15rem 0 0.4rem; max-width: 52rem; }
        .answer .headline { font-size: 1.15rem; font-weight: 600; }
        .answer .headline b { color: var(--v, var(--fg)); margin-right: 0.4em; }
        .answer ul { margin: 0.2rem 0 0; padding-left: 1.1rem; font-size: 0.9rem; max-width: 54rem; }
        .badge {
          display: inline-block; font-size: 0.72rem; border: 1px solid var(--rule); border-radius: 3px; padding: 0 0.4em;
          color: var(--soft); vertical-align: 0.1em; white-space: nowrap;
        }
        .badge.confirmatory { border-color: var(--c3); color: var(--c3); }
        h3 { font-size: 1rem; margin: 1.6rem 0 0.2rem; }
        .beside { margin: 0.2rem 0 0; padding-left: 1.1rem; font-size: 0.85rem; color: var(--soft); }
        .tests td, .tests th { text-align: left; vertical-align: top; white-space: normal; }
        .tests td:first-child, .tests td:nth-child(5) { white-space: nowrap; }
        .tests td:first-child { font-weight: 600; white-space: nowrap; }
        .tests td:nth-child(2) { min-width: 22rem; } .tests td:nth-child(3) { min-width: 13rem; }
        .tests td.figure { white-space: nowrap; }
        .left td, .left th { text-align: left; }
        svg .zone { fill: var(--soft); opacity: 0.13; }
        svg .interval { stroke: var(--v); stroke-width: 2; }
        svg .verdict-mark { fill: var(--v); stroke: var(--bg); stroke-width: 1.2; }
        svg .unmeasured { --v: var(--soft); }
        svg .heat.above { fill: var(--c1); }
        """;
}
