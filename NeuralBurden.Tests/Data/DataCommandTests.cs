using System.Security.Cryptography;
using NeuralBurden.Cli;
using NeuralBurden.Cli.Output;
using NeuralBurden.Pruning.Catalog;
using NeuralBurden.Tests.Reliability;
using NeuralBurden.Vit.Data;
using NeuralBurden.Vit.Data.Fetching;
using NeuralBurden.Vit.Training;
using Xunit;

namespace NeuralBurden.Tests.Data;

/// <summary>
/// <c>nb data fetch</c> and <c>nb data verify</c> as a user runs them. The published mirrors are reached through a proxy on
/// the loopback alone: nothing leaves the machine.
/// </summary>
[Collection(AloneCollection.Name)]
public sealed class DataCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly StringWriter _log = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Fetch_asks_the_proxy_for_every_mirror_and_names_them_when_none_helps()
    {
        using var proxy = new MirrorServer(_ => MirrorServer.Answer("404 Not Found", "Content-Length: 0\r\n", []));
        var toy = Toy("http://mirror.invalid/sets/", "http://other.invalid/");

        var error = Assert.Throws<DatasetFetchException>(() => Fetch(toy, proxy));

        // An absolute address in the request line is what a forward proxy gets.
        Assert.Equal(
            ["http://mirror.invalid/sets/images.gz", "http://other.invalid/images.gz"],
            proxy.Requests.Select(r => r.Path).Distinct());
        Assert.Contains("http://other.invalid/images.gz: answers 404", error.Message);
    }

    [Fact]
    public void Fetch_through_a_proxy_that_serves_gets_the_file_and_goes_on_after_a_break()
    {
        byte[] file = RandomNumberGenerator.GetBytes(50_000);
        using var proxy = new MirrorServer(r => r.Number == 0
            ? MirrorServer.Serve(r, file)[..20_000]
            : MirrorServer.Serve(r, file));

        string folder = Fetch(Toy("http://mirror.invalid/sets/") with { Downloads = [Describe(file)] }, proxy);

        Assert.Equal(file, File.ReadAllBytes(Path.Combine(folder, "images.gz")));
        Assert.True(proxy.Requests[1].From > 0);
    }

    [Fact]
    public void Offline_fetch_names_what_is_missing_and_asks_nobody()
    {
        Assert.Equal(1, Nb("data", "fetch", "mnist", "--offline"));

        Assert.Contains("train-images-idx3-ubyte.gz: is missing; nothing is fetched while offline", _log.ToString());
        Assert.Empty(Directory.GetFiles(_folder.Path, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public void What_the_program_draws_needs_no_fetching_and_an_unknown_set_is_named()
    {
        Assert.Equal(0, Nb("data", "fetch", "glyphs"));
        Assert.Contains("glyphs is drawn by the program", _log.ToString());
        Assert.Equal(1, Nb("data", "fetch", "mnits"));
        Assert.Contains("Unknown data set 'mnits'", _log.ToString());
    }

    [Fact]
    public void Verify_tells_a_damaged_file_by_name_and_exit_code()
    {
        var mnist = DatasetCatalog.Manifest("mnist");
        foreach (var file in mnist.Files) _folder.Write($"{mnist.Folders[0]}/{file.Name}", new byte[100]);

        Assert.Equal(1, Nb("data", "verify", "mnist"));

        Assert.Contains("train-images-idx3-ubyte: has 100 bytes; expected 47040016", _log.ToString());
        Assert.Contains($"{mnist.Files.Count} files are not those of their manifest", _log.ToString());
    }

    [SkippableFact]
    public void Verify_finds_the_published_files_right()
    {
        string? data = Environment.GetEnvironmentVariable("NB_DATA");
        Skip.If(data is null, "NB_DATA is not set");
        Skip.IfNot(DatasetCatalog.List().Any(s => s.Manifest.Name == "mnist" && s.Found), "NB_DATA has no MNIST");

        int code = NbProgram.Run(["data", "verify", "mnist"], Shell.Of(_log, _log, new RunEngine(MethodCatalog.BuiltIn)));

        Assert.True(code == 0, _log.ToString());
    }

    [Fact]
    public void The_program_itself_takes_the_proxy_of_its_environment()
    {
        using var proxy = new MirrorServer(_ => MirrorServer.Answer("403 Forbidden", "Content-Length: 0\r\n", []));
        var mirrors = DatasetCatalog.Manifest("mnist").Mirrors;

        using var process = NbProcess.With(
            [("http_proxy", proxy.Address), ("https_proxy", proxy.Address), ("no_proxy", "")],
            "data",
            "fetch",
            "mnist",
            "--data-dir",
            _folder.Path);

        Assert.True(process.WaitForExit() == 1, process.Text);
        Assert.Contains("403", process.Text);
        Assert.NotEmpty(proxy.Requests);
        // For https a proxy is asked to connect to HOST:PORT.
        var hosts = mirrors.Select(m => new Uri(m).Host).ToHashSet();
        Assert.All(proxy.Requests, r => Assert.Contains(hosts, host => r.Path.Contains(host)));
        Assert.Empty(Directory.GetFiles(_folder.Path, "*.gz", SearchOption.AllDirectories));
    }

    private static DatasetManifest Toy(params string[] mirrors) => DatasetCatalog.Manifest("mnist") with
    {
        Name = "toy",
        Folders = ["toy"],
        Downloads = [Describe(new byte[10])],
        Mirrors = mirrors,
    };

    private static DatasetFile Describe(byte[] file) =>
        new("images.gz", file.Length, Convert.ToHexStringLower(SHA256.HashData(file)));

    private string Fetch(DatasetManifest manifest, MirrorServer proxy)
    {
        using var handler = new SocketsHttpHandler { Proxy = new System.Net.WebProxy(proxy.Address), UseProxy = true };
        using var client = new HttpClient(handler);
        var options = new FetchOptions { Attempts = 3, Pause = TimeSpan.Zero };
        return new DatasetFetcher(client, options, _log.WriteLine).FetchAsync(manifest, _folder.Path).GetAwaiter().GetResult();
    }

    private int Nb(params string[] args) => NbProgram.Run(
        [.. args, "--data-dir", _folder.Path], Shell.Of(_log, _log, new RunEngine(MethodCatalog.BuiltIn)));
}
