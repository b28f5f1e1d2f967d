using NeuralBurden.Vit.Settings;

namespace NeuralBurden.Vit.ConfigTable;

/// <summary>The sections of the config, and the config itself for what stands in none.</summary>
internal static class Section
{
    public static readonly ConfigSection<RunConfig> Run = new(c => c, (_, s) => s);

    public static readonly ConfigSection<DataConfig> Data = new(c => c.Data, (c, s) => c with { Data = s });

    public static readonly ConfigSection<ModelConfig> Model = new(c => c.Model, (c, s) => c with { Model = s });

    public static readonly ConfigSection<TokensConfig> Tokens = new(c => c.Tokens, (c, s) => c with { Tokens = s });

    public static readonly ConfigSection<OptimConfig> Optim = new(c => c.Optim, (c, s) => c with { Optim = s });

    public static readonly ConfigSection<AugmentConfig> Augment = new(c => c.Augment, (c, s) => c with { Augment = s });

    public static readonly ConfigSection<PruningConfig> Pruning = new(c => c.Pruning, (c, s) => c with { Pruning = s });

    public static readonly ConfigSection<TrainConfig> Train = new(c => c.Train, (c, s) => c with { Train = s });

    public static readonly ConfigSection<BurdenConfig> Burden = new(c => c.Burden, (c, s) => c with { Burden = s });
}
