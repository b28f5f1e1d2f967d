namespace NeuralBurden.Compute.Ops.SelectInGroups;

/// <summary>
/// A matrix [Rows, Columns] in a flat tensor, whose rows are divided into groups: Keep of every whole group are to be
/// selected, KeepRest of the shorter one at the end of a row.
/// </summary>
/// <param name="Start">A multiple of 32: masks of matrices share no word.</param>
/// <param name="Rows">At least 1.</param>
/// <param name="Columns">At least 1.</param>
/// <param name="Keep">At most a group's length.</param>
/// <param name="KeepRest">At most as many as columns that are left by whole groups.</param>
public readonly record struct GroupedMatrix(int Start, int Rows, int Columns, int Keep, int KeepRest)
{
    internal long End => Start + ((long)Rows * Columns);
}
