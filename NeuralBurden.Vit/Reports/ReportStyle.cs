namespace NeuralBurden.Vit.Reports;

/// <summary>
/// The report's style sheet. The first eight colours are those of Okabe and Ito (distinct to colour-blind readers), lightened
/// for dark backgrounds; the first is neutral, as the first group is usually the dense baseline.
/// </summary>
internal static class ReportStyle
{
    public const string Css = """
        :root {
          color-scheme: light dark;
          --bg: #ffffff; --fg: #1b1f24; --soft: #5b6570; --rule: #d9dee4; --grid: #e9edf1; --panel: #f5f7f9;
          --c0: #5f6b76; --c1: #d55e00; --c2: #0072b2; --c3: #008c66;
          --c4: #b0508e; --c5: #b57a00; --c6: #2f9ed8; --c7: #8a6d3b;
          --c8: #5b4bb3; --c9: #7a8b00; --c10: #a3173f; --c11: #00838f;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --bg: #14181d; --fg: #e4e8ec; --soft: #98a3ae; --rule: #333b44; --grid: #262d35; --panel: #1b2027;
            --c0: #a9b4bf; --c1: #ff8a3d; --c2: #4fb0e8; --c3: #35c79a;
            --c4: #e08fc0; --c5: #f0b429; --c6: #8fd0f5; --c7: #cdb07a;
            --c8: #a79bf0; --c9: #c3d14a; --c10: #ff7a9c; --c11: #4dd0d8;
          }
        }
        @media print {
          :root {
            --bg: #ffffff; --fg: #000000; --soft: #444444; --rule: #bbbbbb; --grid: #e5e5e5; --panel: #f5f5f5;
            --c0: #5f6b76; --c1: #d55e00; --c2: #0072b2; --c3: #008c66;
            --c4: #b0508e; --c5: #b57a00; --c6: #2f9ed8; --c7: #8a6d3b;
            --c8: #5b4bb3; --c9: #7a8b00; --c10: #a3173f; --c11: #00838f;
          }
          main { max-width: none; padding: 0; }
          section, figure, tr { break-inside: avoid; }
          details > *:not(summary) { display: block; }
        }
        * { box-sizing: border-box; }
        body {
          margin: 0; background: var(--bg); color: var(--fg);
          font: 16px/1.55 system-ui, -apple-system, "Segoe UI", "Helvetica Neue", "Noto Sans", sans-serif;
          font-variant-numeric: tabular-nums; -webkit-print-color-adjust: exact; print-color-adjust: exact;
        }
        main { max-width: 72rem; margin: 0 auto; padding: 3.5rem 1.5rem 5rem; }
        h1 { font-size: 2rem; line-height: 1.2; letter-spacing: -0.02em; margin: 0 0 0.75rem; }
        h2 { font-size: 1.25rem; letter-spacing: -0.01em; margin: 3.25rem 0 0.25rem; }
        p { margin: 0.4rem 0 1rem; max-width: 44rem; }
        .lead { font-size: 1.08rem; }
        .note { color: var(--soft); font-size: 0.9rem; }
        .wide { overflow-x: auto; margin: 1rem 0; }
        table { border-collapse: collapse; font-size: 0.85rem; width: 100%; }
        th, td {
          padding: 0.5rem 0.5rem; text-align: right; white-space: nowrap;
          border-bottom: 1px solid var(--grid);
        }
        th:first-child, td:first-child { text-align: left; padding-left: 0; }
        th:last-child, td:last-child { padding-right: 0; }
        thead th {
          color: var(--soft); font-weight: 500; vertical-align: bottom; border-bottom: 1px solid var(--rule);
        }
        thead small { display: block; font-size: 0.75rem; font-weight: 400; min-height: 1.2em; }
        tbody th { font-weight: 600; }
        tbody tr:last-child > * { border-bottom: 1px solid var(--rule); }
        .differences td, .differences th { text-align: left; }
        .tag {
          font-size: 0.7rem; font-weight: 500; color: var(--soft); border: 1px solid var(--rule);
          border-radius: 3px; padding: 0 0.35em; margin-left: 0.4em;
        }
        .key {
          display: inline-block; width: 0.65em; height: 0.65em; border-radius: 2px; margin-right: 0.5em;
        }
        .legend { font-size: 0.875rem; margin: 0.75rem 0 0.25rem; max-width: none; }
        .legend span { margin-right: 1.4em; white-space: nowrap; }
        figure { margin: 1.25rem 0 0; }
        .merges img { display: block; width: 100%; max-width: 1276px; margin: 0.5rem 0 1.5rem; border-radius: 4px; }
        .multiples { display: flex; flex-wrap: wrap; gap: 1.25rem 2rem; }
        svg { max-width: 100%; height: auto; display: block; overflow: visible; }
        svg text { fill: var(--fg); font-size: 12.5px; }
        svg .title { font-weight: 600; font-size: 13px; }
        svg .tick { fill: var(--soft); font-size: 11.5px; }
        svg .value { font-size: 12px; font-weight: 500; }
        svg .label { font-weight: 600; fill: var(--c); }
        svg .grid { stroke: var(--grid); }
        svg .axis { stroke: var(--rule); }
        svg .range { stroke: var(--soft); stroke-width: 1; opacity: 0.6; }
        svg .leader { stroke: var(--rule); }
        svg .reference { stroke: var(--soft); stroke-dasharray: 3 3; }
        svg .line {
          fill: none; stroke: var(--c); stroke-width: 2; stroke-linejoin: round; stroke-linecap: round;
        }
        svg .line.merged { stroke-dasharray: 6 4; }
        svg .band { fill: var(--c); opacity: 0.16; }
        svg .mark { fill: var(--c); stroke: var(--bg); stroke-width: 1.2; }
        svg .seed { fill: var(--c); opacity: 0.5; }
        svg .bar { fill: var(--c); opacity: 0.85; }
        svg .halo { paint-order: stroke; stroke: var(--bg); stroke-width: 3px; }
        .s0 { --c: var(--c0); } .s1 { --c: var(--c1); } .s2 { --c: var(--c2); } .s3 { --c: var(--c3); }
        .s4 { --c: var(--c4); } .s5 { --c: var(--c5); } .s6 { --c: var(--c6); } .s7 { --c: var(--c7); }
        .s8 { --c: var(--c8); } .s9 { --c: var(--c9); } .s10 { --c: var(--c10); } .s11 { --c: var(--c11); }
        .verdicts td, .verdicts th { text-align: left; vertical-align: top; white-space: normal; }
        .verdicts td:first-child { white-space: nowrap; font-weight: 600; }
        .verdicts td:nth-child(4) { min-width: 15rem; } .verdicts td:nth-child(5) { min-width: 14rem; }
        .verdicts td.claim { white-space: normal; min-width: 16rem; }
        .verdict { font-weight: 600; white-space: nowrap; }
        .verdict::before { content: ""; display: inline-block; width: 0.7em; height: 0.7em; margin-right: 0.45em; }
        .verdict::before { border-radius: 50%; background: var(--v); }
        .supported { --v: var(--c3); } .refuted { --v: var(--c1); }
        .undecided { --v: var(--c5); } .unmeasured { --v: var(--rule); }
        .lead ul { margin: 0.3rem 0 1rem; padding-left: 1.3rem; max-width: 46rem; }
        svg .heat { fill: var(--c2); stroke: var(--bg); stroke-width: 1; }
        svg .heat.right { fill: var(--c0); } svg .heat.wrong { fill: var(--c1); } svg text.cell { fill: var(--fg); }
        svg .law { fill: none; stroke: var(--soft); stroke-width: 1.2; stroke-dasharray: 2 4; }
        .key { background: var(--c); }
        code, pre { font-family: ui-monospace, "SF Mono", "Cascadia Mono", "DejaVu Sans Mono", monospace; }
        code { font-size: 0.92em; }
        pre {
          background: var(--panel); padding: 1rem 1.25rem; border-radius: 6px;
          overflow-x: auto; font-size: 0.8rem;
        }
        details { margin: 0.5rem 0; } summary { cursor: pointer; font-weight: 500; }
        footer { margin-top: 4rem; border-top: 1px solid var(--rule); padding-top: 1rem; }
        """;
}
