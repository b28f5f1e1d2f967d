namespace NeuralBurden.Vit.Settings;

/// <summary>Of the factors of linear layers' products; weights, sums and all else are float32.</summary>
public enum TrainPrecision
{
    /// <summary>float32, or TF32 where <see cref="RunConfig.Tf32"/> says so.</summary>
    Fp32,

    /// <summary>bfloat16.</summary>
    Bf16,
}
