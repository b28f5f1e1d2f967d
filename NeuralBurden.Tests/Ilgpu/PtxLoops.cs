using System.Text.RegularExpressions;

namespace NeuralBurden.Tests.Ilgpu;

/// <summary>
/// The innermost loops of a kernel's PTX and what one pass through each executes, as far as it is known before the driver's
/// assembler. Three things that every assembler does are done here: a product that goes into one sum is one multiply-add,
/// moves between registers are none (they are the values that loops carry), and a register plus a constant is part of the
/// load or store that it addresses. Everything else counts, what could be moved out of the loop included.
/// </summary>
internal static partial class PtxLoops
{
    /// <summary>The kernel's innermost loops, in the order of their headers.</summary>
    public static IReadOnlyList<PtxLoop> InnermostOf(string assembly)
    {
        var blocks = BlocksOf(assembly);
        var edges = EdgesOf(blocks);
        var loops = new Dictionary<int, HashSet<int>>();
        var dominators = DominatorsOf(blocks.Count, edges);
        for (int from = 0; from < blocks.Count; from++)
        {
            foreach (int to in edges[from].Where(to => dominators[from].Contains(to)))
            {
                if (!loops.TryGetValue(to, out var body)) loops.Add(to, body = [to]);
                Gather(body, from, edges);
            }
        }

        var innermost = loops.Where(l => !loops.Any(o => o.Key != l.Key && l.Value.Contains(o.Key)));
        var all = blocks.SelectMany(b => b.Statements).ToList();
        return
        [
            .. innermost.OrderBy(l => l.Key)
                .Select(l => Count([.. l.Value.Order().SelectMany(b => blocks[b].Statements)])),
        ];
    }

    private static PtxLoop Count(List<Statement> loop)
    {
        // Registers are used again and again: what holds of one ends where it is written next.
        var constants = new HashSet<string>();
        int instructions = 0, multiplyAdds = 0;
        for (int i = 0; i < loop.Count; i++)
        {
            var statement = loop[i];
            bool isOffset = statement.Operation is "add.u64" or "add.s64" && statement.Sources.Any(constants.Contains);
            constants.ExceptWith(statement.Targets);
            if (statement.IsMove) continue;
            if (statement.Targets.Count == 1 && statement.Sources.Count == 0 && statement.IsProduct)
            {
                constants.Add(statement.Targets[0]);
                continue;
            }

            var uses = UsesOf(loop, i);
            if (statement.Operation is "mul.f32" && uses.Count == 1 && uses[0].Operation is "add.f32") multiplyAdds++;
            else if (!isOffset || uses.Any(use => !use.Text.Contains($"[{statement.Targets[0]}]"))) instructions++;
        }

        return new PtxLoop(instructions, multiplyAdds, Of("ld."), Of("st.global."));

        int Of(string prefix) => loop.Count(s => s.Operation.StartsWith(prefix, StringComparison.Ordinal));
    }

    private static List<Statement> UsesOf(List<Statement> loop, int index)
    {
        var uses = new List<Statement>();
        if (loop[index].Targets.Count == 0) return uses;
        string register = loop[index].Targets[0];
        foreach (var later in loop.Skip(index + 1))
        {
            if (later.Sources.Contains(register)) uses.Add(later);
            if (later.Targets.Contains(register)) break;
        }

        return uses;
    }

    private static List<Block> BlocksOf(string assembly)
    {
        var blocks = new List<Block> { new("") };
        foreach (string raw in assembly.Split('\n'))
        {
            string line = raw.Trim();
            if (Label().Match(line) is { Success: true } label)
            {
                blocks.Add(new Block(label.Groups[1].Value));
            }
            else if (Instruction().Match(line) is { Success: true } match)
            {
                var statement = new Statement(match.Groups[1].Value, line);
                blocks[^1].Statements.Add(statement);
                if (statement.Operation is "bra" or "ret" or "brx.idx") blocks.Add(new Block(""));
            }
            else if (line.StartsWith(".branchtargets", StringComparison.Ordinal))
            {
                // The targets of the jump that follows.
                blocks[^1].Statements.Add(new Statement("", line));
            }
        }

        return blocks;
    }

    private static List<int>[] EdgesOf(List<Block> blocks)
    {
        var places = blocks.Select((b, i) => (b.Label, i)).Where(b => b.Label.Length > 0).ToDictionary(b => b.Label, b => b.i);
        return
        [
            .. blocks.Select((block, i) =>
            {
                var targets = block.Statements.Where(s => s.Operation is "bra" or "")
                    .SelectMany(s => Target().Matches(s.Text).Select(m => places[m.Value])).ToList();
                var last = block.Statements.LastOrDefault();
                bool leaves = last is { Operation: "bra" or "ret" or "brx.idx" } && !last.Text.StartsWith('@');
                if (!leaves && i + 1 < blocks.Count) targets.Add(i + 1);
                return targets;
            }),
        ];
    }

    private static HashSet<int>[] DominatorsOf(int count, List<int>[] edges)
    {
        var sources = Enumerable.Range(0, count).Select(_ => new List<int>()).ToArray();
        for (int i = 0; i < count; i++) edges[i].ForEach(to => sources[to].Add(i));
        var reached = new HashSet<int>();
        var waiting = new Stack<int>([0]);
        while (waiting.TryPop(out int block))
        {
            if (reached.Add(block)) edges[block].ForEach(waiting.Push);
        }

        HashSet<int>[] dominators =
            [.. Enumerable.Range(0, count).Select(i => i == 0 ? [0] : Enumerable.Range(0, count).ToHashSet())];
        for (bool changed = true; changed;)
        {
            changed = false;
            for (int i = 1; i < count; i++)
            {
                var before = sources[i].Where(reached.Contains).ToList();
                if (before.Count == 0) continue;
                var common = new HashSet<int>(dominators[before[0]]);
                before.ForEach(b => common.IntersectWith(dominators[b]));
                common.Add(i);
                changed |= common.Count != dominators[i].Count;
                dominators[i] = common;
            }
        }

        // What nothing leads to, such as between a jump and a label, closes no loop.
        for (int i = 0; i < count; i++)
        {
            if (!reached.Contains(i)) dominators[i] = [];
        }

        return dominators;
    }

    private static void Gather(HashSet<int> body, int block, List<int>[] edges)
    {
        if (!body.Add(block)) return;
        for (int from = 0; from < edges.Length; from++)
        {
            if (edges[from].Contains(block)) Gather(body, from, edges);
        }
    }

    [GeneratedRegex(@"^(L_\w+):")]
    private static partial Regex Label();

    [GeneratedRegex(@"\bL_\w+")]
    private static partial Regex Target();

    [GeneratedRegex(@"^(?:@!?%p\d+\s+)?([a-z][a-z0-9_.]*)\b.*;$")]
    private static partial Regex Instruction();

    [GeneratedRegex(@"%[a-z]+\d+")]
    private static partial Regex Register();

    private sealed record Block(string Label)
    {
        public List<Statement> Statements { get; } = [];
    }

    private sealed class Statement
    {
        public Statement(string operation, string text)
        {
            (Operation, Text) = (operation, text);
            var registers = Register().Matches(text).Select(m => m.Value).ToList();
            bool writes = registers.Count > 0 && !text.StartsWith('@')
                && !operation.StartsWith("st.", StringComparison.Ordinal) && operation is not ("bra" or "brx.idx" or "");
            int targets = !writes ? 0 : operation.Contains(".v4", StringComparison.Ordinal) ? 4
                : operation.Contains(".v2", StringComparison.Ordinal) ? 2 : 1;
            (Targets, Sources) = (registers[..targets], registers[targets..]);
        }

        public string Operation { get; }

        public string Text { get; }

        public List<string> Targets { get; }

        public List<string> Sources { get; }

        public bool IsMove => Operation is "" || Operation.StartsWith("mov.", StringComparison.Ordinal);

        public bool IsProduct => Operation.StartsWith("mul.", StringComparison.Ordinal);
    }
}
