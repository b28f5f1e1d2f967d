using NeuralBurden.Compute.Devices;
using NeuralBurden.Vit.Model;
using NeuralBurden.Vit.Runs;

namespace NeuralBurden.Vit.Training;

/// <summary>Counts zeros where they matter: in the effective weights of the prunable matrices, not in the masks.</summary>
internal static class SparsityCount
{
    public static IReadOnlyList<MatrixSparsity> Of(Device device, VisionTransformer model)
    {
        var rows = new List<MatrixSparsity>();
        for (int block = 0; block < model.Blocks.Count; block++)
        {
            foreach (var layer in model.Blocks[block].Linears)
            {
                float[] values = new float[layer.Weight.Shape.Count];
                device.Download(layer.Weight.Effective, values);
                rows.Add(new MatrixSparsity(layer.Weight.Name, block, values.Length, values.Count(v => v != 0)));
            }
        }

        return rows;
    }
}
