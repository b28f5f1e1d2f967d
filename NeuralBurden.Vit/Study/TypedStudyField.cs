using NeuralBurden.Vit.Configuration;

namespace NeuralBurden.Vit.Study;

/// <summary>A list of one type, each item read and written as a run's config does it.</summary>
internal sealed class TypedStudyField<T>(
    string key,
    string itemKey,
    string documentation,
    Func<RunConfig, T> read,
    Func<RunConfig, T, RunConfig> write,
    Func<StudyConfig, IReadOnlyList<T>> get,
    Func<StudyConfig, IReadOnlyList<T>, StudyConfig> set,
    Func<T, string?>? refuse = null) : StudyField(key, itemKey, documentation)
    where T : notnull
{
    public override IReadOnlyList<string> Get(StudyConfig study) =>
        [.. get(study).Select(item => Item.Get(write(RunConfig.Default, item)))];

    public override StudyConfig Set(StudyConfig study, IReadOnlyList<string> items)
    {
        var values = new List<T>();
        foreach (string text in items)
        {
            T value = read(Item.Set(RunConfig.Default, text));
            if (refuse?.Invoke(value) is { } reason) throw new ConfigException($"study.{Key}", $"{text} {reason}");
            if (values.Contains(value)) throw new ConfigException($"study.{Key}", $"{text} is there twice");
            values.Add(value);
        }

        return set(study, values);
    }
}
