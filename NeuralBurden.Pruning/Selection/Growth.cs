using NeuralBurden.Pruning.Criteria;
using NeuralBurden.Pruning.Schedules;

namespace NeuralBurden.Pruning.Selection;

/// <summary>
/// Drop and grow: at a mask update each segment drops floor(f_t kept) units and grows as many among all that
/// are then not kept, the just-dropped ones included. Counts do not change. A grown weight starts at zero
/// with cleared moments; one that is dropped and grown in the same update keeps both.
/// </summary>
public sealed record Growth(Criterion Score, DropGrowCycle Cycle, DropRule Drop = DropRule.Lowest);
