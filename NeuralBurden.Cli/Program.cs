using NeuralBurden.Cli;

return NbProgram.Run(args, Shell.OfProcess());
