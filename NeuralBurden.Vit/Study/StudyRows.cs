using System.Text.Json;
using NeuralBurden.Vit.Configuration;
using NeuralBurden.Vit.Runs;

namespace NeuralBurden.Vit.Study;

/// <summary>Makes the rows of <c>study.json</c> and writes them one to a line.</summary>
internal static class StudyRows
{
    public static StudyRun Of(StudyCell cell, StoredRun stored)
    {
        var result = stored.Result;
        return new StudyRun
        {
            Role = cell.Role,
            Method = cell.Method,
            Sparsity = cell.Sparsity,
            Merge = cell.Merge,
            R = cell.R.ToString(),
            Seed = cell.Seed,
            Id = ConfigText.RunId(cell.Config),
            Accuracy = result.TestAccuracy,
            TestLoss = result.TestLoss,
            TrainLoss = result.TrainLoss,
            ActualSparsity = result.Sparsity,
            Params = result.Params,
            ParamsKept = result.ParamsKept,
            Dim = cell.Config.Model.Dim,
            MlpDim = cell.Config.Model.MlpDim,
            MacsPerImageTheoretical = result.MacsPerImageTheoretical,
            ReturnRate = result.ReturnRate,
            WallSeconds = result.WallSeconds,
            TokensPerLayer = result.TokensPerLayer,
            Silencing = result.Silencing,
            Layers = StudyMeasures.Of(stored.Burden),
        };
    }

    /// <summary>The data as JSON: everything but the runs first, then a line per run.</summary>
    public static void Write(Stream stream, StudyData data)
    {
        byte[] head = JsonSerializer.SerializeToUtf8Bytes(data with { Runs = [] }, StudyJson.Default.StudyData);
        // The list of runs is the last member: ...,"runs":[]}
        stream.Write(head.AsSpan(0, head.Length - 2));
        for (int i = 0; i < data.Runs.Count; i++)
        {
            stream.Write(i == 0 ? "\n"u8 : ",\n"u8);
            JsonSerializer.Serialize(stream, data.Runs[i], StudyJson.Default.StudyRun);
        }

        stream.Write("\n]}\n"u8);
    }
}
