using NeuralBurden.Cli;
using NeuralBurden.Cli.Output;
using NeuralBurden.Cli.Running;

return NbProgram.Run(args, Shell.OfProcess(NbProgram.Engine, MpiJob.IsShared));
