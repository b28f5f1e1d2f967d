using System.Security.Cryptography;
using NeuralBurden.Vit.Data;
using NeuralBurden.Vit.Data.Fetching;
using Xunit;

namespace NeuralBurden.Tests.Data;

/// <summary>Mirrors that drop connections, lie and serve garbage, and what reaches the data folder.</summary>
public sealed class DatasetFetcherTests : IDisposable
{
    private static readonly byte[] Published = RandomNumberGenerator.GetBytes(100_000);
    private static readonly byte[] Page = "<!DOCTYPE html><html><body>Sign in to the network</body></html>"u8.ToArray();

    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _log = [];

    private string Target => _folder["toy/images.gz"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_good_mirror_gives_the_file_and_a_second_fetch_asks_for_nothing()
    {
        using var mirror = new MirrorServer(r => MirrorServer.Serve(r, Published));

        Fetch(mirror.Address);
        Fetch(mirror.Address);

        Assert.Equal(Published, File.ReadAllBytes(Target));
        Assert.Single(mirror.Requests);
        Assert.Single(Directory.GetFiles(_folder["toy"]));
    }

    [Fact]
    public void A_dropped_connection_is_taken_up_where_it_broke_off()
    {
        using var mirror = new MirrorServer(r => r.Number < 2
            ? MirrorServer.Serve(r, Published)[..40_000]
            : MirrorServer.Serve(r, Published));

        Fetch(mirror.Address);

        Assert.Equal(Published, File.ReadAllBytes(Target));
        Assert.Equal(3, mirror.Requests.Count);
        Assert.Null(mirror.Requests[0].From);
        Assert.True(mirror.Requests[2].From > mirror.Requests[1].From);
    }

    [Fact]
    public void What_one_mirror_began_another_one_ends()
    {
        using var first = new MirrorServer(r => r.Number == 0
            ? MirrorServer.Serve(r, Published)[..50_000]
            : MirrorServer.Answer("404 Not Found", "Content-Length: 0\r\n", []));
        using var second = new MirrorServer(r => MirrorServer.Serve(r, Published));

        Fetch(first.Address, second.Address);

        Assert.Equal(Published, File.ReadAllBytes(Target));
        Assert.True(second.Requests[0].From > 0);
    }

    [Fact]
    public void A_mirror_without_ranges_begins_anew()
    {
        using var mirror = new MirrorServer(r =>
        {
            byte[] all = MirrorServer.Serve(r with { From = null }, Published);
            return r.Number == 0 ? all[..30_000] : all;
        });

        Fetch(mirror.Address);

        Assert.Equal(Published, File.ReadAllBytes(Target));
    }

    [Fact]
    public void A_redirect_is_followed()
    {
        using var mirror = new MirrorServer(r => MirrorServer.Serve(r, Published));
        using var moved = new MirrorServer(r => MirrorServer.Answer(
            "302 Found", $"Location: {mirror.Address}elsewhere{r.Path}\r\nContent-Length: 0\r\n", []));

        Fetch(moved.Address);

        Assert.Equal(Published, File.ReadAllBytes(Target));
        Assert.Equal("/elsewhere/images.gz", mirror.Requests[0].Path);
    }

    [Theory]
    [InlineData("page", "of text/html")]
    [InlineData("page of the same length", "SHA-256")]
    [InlineData("flipped bit", "SHA-256")]
    [InlineData("too long", "announces 100001 bytes")]
    [InlineData("endless", "sends more than 100000 bytes")]
    [InlineData("lies about length", "ended prematurely")]
    [InlineData("wrong part", "another part")]
    [InlineData("redirects for ever", "302")]
    [InlineData("answers 500", "500")]
    [InlineData("not http", "")]
    public void Garbage_never_gets_the_files_name_and_the_next_mirror_helps(string kind, string reason)
    {
        using var bad = new MirrorServer(r => Bad(kind, r));

        var error = Assert.Throws<DatasetFetchException>(() => Fetch(bad.Address));

        Assert.Contains(reason, error.Message);
        Assert.Contains(bad.Address, error.Message);
        Assert.False(File.Exists(Target));
        using var good = new MirrorServer(r => MirrorServer.Serve(r, Published));
        Fetch(bad.Address, good.Address);
        Assert.Equal(Published, File.ReadAllBytes(Target));
        Assert.Single(Directory.GetFiles(_folder["toy"]));
    }

    [Fact]
    public void A_part_that_is_garbage_does_not_outlive_its_check()
    {
        Directory.CreateDirectory(_folder["toy"]);
        File.WriteAllBytes(Target + ".part", new byte[60_000]);
        using var mirror = new MirrorServer(r => MirrorServer.Serve(r, Published));

        Fetch(mirror.Address);

        Assert.Equal(Published, File.ReadAllBytes(Target));
    }

    [Fact]
    public void A_damaged_file_is_fetched_again()
    {
        Directory.CreateDirectory(_folder["toy"]);
        File.WriteAllBytes(Target, new byte[Published.Length]);
        using var mirror = new MirrorServer(r => MirrorServer.Serve(r, Published));

        Fetch(mirror.Address);

        Assert.Equal(Published, File.ReadAllBytes(Target));
    }

    [Fact]
    public void Offline_nothing_is_asked_for()
    {
        using var mirror = new MirrorServer(r => MirrorServer.Serve(r, Published));

        var error = Assert.Throws<DatasetFetchException>(() => Fetch(true, mirror.Address));

        Assert.Contains("images.gz: is missing", error.Message);
        Assert.Empty(mirror.Requests);
    }

    [Fact]
    public void A_mirror_that_only_drips_or_says_nothing_is_left_for_the_next_and_not_asked_again()
    {
        byte[] answer = MirrorServer.Answer("200 OK", $"Content-Length: {Published.Length}\r\n", Published);
        using var dripping = new MirrorServer(_ => answer) { Drip = TimeSpan.FromMilliseconds(1) };
        using var silent = new MirrorServer(_ => answer) { Drip = TimeSpan.FromMinutes(1) };
        using var good = new MirrorServer(r => MirrorServer.Serve(r, Published));
        var clock = System.Diagnostics.Stopwatch.StartNew();

        Fetch(
            new FetchOptions { LeastRate = 50_000, Window = TimeSpan.FromSeconds(1), Stall = TimeSpan.FromSeconds(8) },
            dripping.Address,
            silent.Address,
            good.Address);

        Assert.Equal(Published, File.ReadAllBytes(Target));
        Assert.Contains(_log, line => line.Contains("bytes/s; at least 50000 are wanted"));
        Assert.Contains(_log, line => line.Contains("no bytes for 8 s"));
        Assert.Single(dripping.Requests);
        Assert.Single(silent.Requests);
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(60));
    }

    [Fact]
    public void Verify_tells_right_files_from_altered_ones()
    {
        byte[] images = DataFiles.Gzip(Published);
        Directory.CreateDirectory(_folder["toy"]);
        File.WriteAllBytes(Target, images);
        var unpacked = new DatasetFile("images", Published.Length, Sha(Published));
        var manifest = Manifest() with { Files = [unpacked], Downloads = [] };
        var options = new DataOptions { DataDir = _folder.Path };

        Assert.Null(Assert.Single(DatasetVerifier.Verify(manifest, options)).Problem);
        images[images.Length / 2] ^= 4;
        File.WriteAllBytes(Target, images);
        Assert.NotNull(Assert.Single(DatasetVerifier.Verify(manifest, options)).Problem);
        File.WriteAllBytes(Target, DataFiles.Gzip(new byte[Published.Length + 1]));
        Assert.Contains("more than", Assert.Single(DatasetVerifier.Verify(manifest, options)).Problem);
    }

    private static byte[] Bad(string kind, MirrorServer.Request request)
    {
        byte[] altered = [.. Published];
        altered[777] ^= 1;
        byte[] page = new byte[Published.Length];
        page.AsSpan().Fill((byte)' ');
        Page.CopyTo(page, 0);
        return kind switch
        {
            "page" => MirrorServer.Answer("200 OK", $"Content-Type: text/html\r\nContent-Length: {Page.Length}\r\n", Page),
            "page of the same length" => MirrorServer.Serve(request, page),
            "flipped bit" => MirrorServer.Serve(request, altered),
            "too long" => MirrorServer.Answer("200 OK", "Content-Length: 100001\r\n", [.. Published, 0]),
            "endless" => MirrorServer.Answer("200 OK", "", new byte[1_000_000]),
            "lies about length" => MirrorServer.Answer("200 OK", "Content-Length: 100000\r\n", Published.AsSpan(0, 10)),
            "wrong part" => MirrorServer.Answer(
                "206 Partial Content", "Content-Length: 5\r\nContent-Range: bytes 3-7/100000\r\n", new byte[5]),
            "redirects for ever" => MirrorServer.Answer("302 Found", "Location: /images.gz\r\nContent-Length: 0\r\n", []),
            "answers 500" => MirrorServer.Answer("500 Internal Server Error", "Content-Length: 0\r\n", []),
            _ => [0, 1, 2, 3, 13, 10, 13, 10],
        };
    }

    private static string Sha(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private static DatasetManifest Manifest(params string[] mirrors) => DatasetCatalog.Manifest("mnist") with
    {
        Name = "toy",
        Folders = ["toy"],
        Downloads = [new DatasetFile("images.gz", Published.Length, Sha(Published))],
        Mirrors = mirrors,
    };

    private void Fetch(params string[] mirrors) => Fetch(false, mirrors);

    private void Fetch(bool offline, params string[] mirrors) => Fetch(
        new FetchOptions
        {
            Offline = offline,
            Attempts = 3,
            Pause = TimeSpan.Zero,
            Stall = TimeSpan.FromSeconds(20),
        },
        mirrors);

    private void Fetch(FetchOptions options, params string[] mirrors)
    {
        using var client = DatasetFetcher.CreateClient();
        new DatasetFetcher(client, options, _log.Add).FetchAsync(Manifest(mirrors), _folder.Path).GetAwaiter().GetResult();
    }
}
