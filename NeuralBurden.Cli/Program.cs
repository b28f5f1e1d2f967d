using NeuralBurden.Cli;
using NeuralBurden.Cli.Output;

return NbProgram.Run(args, Shell.OfProcess());
