namespace NeuralBurden.Compute.Devices;

/// <summary>A device does not exist, cannot be opened, or failed; the message says why and what can be done.</summary>
public sealed class DeviceUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
