namespace NeuralBurden.Compute.Devices.Ilgpu;

/// <summary>Which products of matrices are computed in tiles of 128 x 128 instead of 64 x 64.</summary>
internal enum LargeTiles
{
    /// <summary>None: the device has no room for such groups.</summary>
    Never,

    /// <summary>Those whose tiles spread over the device's multiprocessors without more waste.</summary>
    WhereFaster,

    /// <summary>All, for tests.</summary>
    Always,
}
