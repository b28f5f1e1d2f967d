using NeuralBurden.Vit.Inference;

using var model = PrunedModel.Load(args[0]);
foreach (var guess in model.Predict(args[1]).Top(3))
    Console.WriteLine($"{guess.Name}: {guess.Probability:P1}");
