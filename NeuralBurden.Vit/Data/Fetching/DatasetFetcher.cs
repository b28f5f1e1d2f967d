using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using NeuralBurden.Vit.Files;

namespace NeuralBurden.Vit.Data.Fetching;

/// <summary>
/// Downloads a data set from the mirrors of its manifest. A file gets its name only after its size and SHA-256 were
/// found right; until then it is NAME.part, from which a later attempt goes on with a Range request, at whatever
/// mirror. An error page, a wrong length or altered bytes send the fetcher to the next mirror.
/// </summary>
/// <param name="client">Follows redirects and honours the system's proxy if it is <see cref="CreateClient"/>'s.</param>
/// <param name="log">Gets a line per file and per failed attempt.</param>
public sealed class DatasetFetcher(HttpClient client, FetchOptions options, Action<string> log)
{
    // What one mirror sent may spoil what another one adds; the second round begins with nothing.
    private const int Rounds = 2;

    // A mirror that kept us waiting once is not asked for another file, or again.
    private readonly HashSet<string> _slow = new(StringComparer.Ordinal);

    /// <summary>A client for downloads: few redirects, none from https to http, the system's proxy.</summary>
    public static HttpClient CreateClient()
    {
        var handler = new SocketsHttpHandler { MaxAutomaticRedirections = 5, ConnectTimeout = TimeSpan.FromSeconds(20) };
        var client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        client.DefaultRequestHeaders.UserAgent.ParseAdd("NeuralBurden");
        return client;
    }

    /// <summary>Fetches what is missing of a data set; what is there and right stays.</summary>
    /// <param name="root">The data folder; the files go into the manifest's first folder below it.</param>
    /// <returns>The folder of the files.</returns>
    /// <exception cref="DatasetFetchException">No mirror gave the file, or it is missing and offline.</exception>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public async Task<string> FetchAsync(DatasetManifest manifest, string root, CancellationToken cancellation = default)
    {
        string folder = Path.Combine(root, manifest.Folders.Count > 0 ? manifest.Folders[0] : manifest.Name);
        AtomicFile.RequireWritable(folder);
        foreach (var file in manifest.Downloads)
        {
            string path = Path.Combine(folder, file.Name);
            string? problem = File.Exists(path) ? FileDigest.Problem(path, file) : "is missing";
            if (problem is null)
            {
                log($"{path}: there already");
                continue;
            }

            if (options.Offline) throw new DatasetFetchException($"{path}: {problem}; nothing is fetched while offline");
            await FetchFileAsync(manifest, file, path, cancellation).ConfigureAwait(false);
            log($"{path}: {file.Bytes} bytes, checked");
        }

        return folder;
    }

    private async Task FetchFileAsync(DatasetManifest manifest, DatasetFile file, string path, CancellationToken cancellation)
    {
        var failures = new List<string>();
        for (int round = 0; round < Rounds; round++)
        {
            foreach (string mirror in manifest.Mirrors.Where(m => !_slow.Contains(m)))
            {
                var address = new Uri(mirror + file.Name);
                log($"{address}");
                string? failure = await TryMirrorAsync(mirror, file, path, cancellation).ConfigureAwait(false);
                if (failure is null) return;
                failures.Add($"{address}: {failure}");
                log(failures[^1]);
            }

            File.Delete(path + ".part");
        }

        throw new DatasetFetchException(
            $"{file.Name} of '{manifest.Name}' could not be fetched:\n  {string.Join("\n  ", failures.Distinct())}");
    }

    private async Task<string?> TryMirrorAsync(string mirror, DatasetFile file, string path, CancellationToken cancellation)
    {
        var address = new Uri(mirror + file.Name);
        string part = path + ".part", failure = "";
        for (int attempt = 0; attempt < options.Attempts; attempt++)
        {
            if (attempt > 0) await Task.Delay(options.Pause * attempt, cancellation).ConfigureAwait(false);
            try
            {
                if (await ReceiveAsync(address, file, part, cancellation).ConfigureAwait(false) is { } refusal)
                    return refusal;
            }
            catch (SlowMirrorException e)
            {
                _slow.Add(mirror);
                return e.Message;
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                _slow.Add(mirror);
                return $"no bytes for {options.Stall.TotalSeconds} s";
            }
            catch (HttpRequestException e) when (e.HttpRequestError == HttpRequestError.ProxyTunnelError)
            {
                // The proxy's own refusal: it will not change its mind.
                return e.Message;
            }
            catch (Exception e) when (IsTransient(e))
            {
                failure = e.Message;
                continue;
            }

            if (FileDigest.Problem(part, file) is { } problem)
            {
                File.Delete(part);
                return problem;
            }

            File.Move(part, path, overwrite: true);
            return null;
        }

        return failure;
    }

    /// <returns>Null when the part file is complete; a reason to leave this mirror otherwise.</returns>
    private async Task<string?> ReceiveAsync(Uri address, DatasetFile file, string part, CancellationToken cancellation)
    {
        await using var stream = new FileStream(part, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        if (stream.Length > file.Bytes) stream.SetLength(0);
        if (stream.Length == file.Bytes) return null;
        using var stall = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        stall.CancelAfter(options.Stall);
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        // A transparent compression would make offsets and lengths those of something else.
        request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("identity"));
        if (stream.Length > 0) request.Headers.Range = new RangeHeaderValue(stream.Length, null);
        using var response = await client
            .SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stall.Token).ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
        {
            stream.SetLength(0);
            throw new HttpRequestException("refuses to go on with a part; begins anew");
        }

        if ((int)response.StatusCode >= 500) throw new HttpRequestException($"answers {(int)response.StatusCode}");
        if (!response.IsSuccessStatusCode) return $"answers {(int)response.StatusCode} {response.ReasonPhrase}";
        bool continues = response.StatusCode == HttpStatusCode.PartialContent
            && response.Content.Headers.ContentRange?.From == stream.Length;
        if (response.StatusCode == HttpStatusCode.PartialContent && !continues) return "sends another part than asked for";
        if (!continues) stream.SetLength(0);
        if (response.Content.Headers.ContentLength is { } length && stream.Length + length != file.Bytes)
            return $"announces {stream.Length + length} bytes{Kind(response)}; expected {file.Bytes}";
        stream.Seek(0, SeekOrigin.End);
        await using var body = await response.Content.ReadAsStreamAsync(stall.Token).ConfigureAwait(false);
        byte[] buffer = new byte[1 << 16];
        long begun = Stopwatch.GetTimestamp(), window = begun, before = stream.Length;
        while (true)
        {
            stall.CancelAfter(options.Stall);
            if (Stopwatch.GetElapsedTime(window) is var time && time >= options.Window)
            {
                double rate = (stream.Length - before) / time.TotalSeconds;
                if (rate < options.LeastRate || Stopwatch.GetElapsedTime(begun) > options.Longest)
                    throw new SlowMirrorException($"sends {rate:0} bytes/s; at least {options.LeastRate} are wanted");
                log($"{address}: {stream.Length} of {file.Bytes} bytes, {rate / 1024:0} KiB/s");
                (window, before) = (Stopwatch.GetTimestamp(), stream.Length);
            }

            int read = await body.ReadAsync(buffer, stall.Token).ConfigureAwait(false);
            if (read == 0) break;
            if (stream.Length + read > file.Bytes)
            {
                stream.SetLength(0);
                return $"sends more than {file.Bytes} bytes{Kind(response)}";
            }

            await stream.WriteAsync(buffer.AsMemory(0, read), cancellation).ConfigureAwait(false);
        }

        stream.Flush(flushToDisk: true);
        return stream.Length == file.Bytes
            ? null
            : throw new HttpRequestException($"broke off after {stream.Length} of {file.Bytes} bytes");
    }

    private static string Kind(HttpResponseMessage response) =>
        response.Content.Headers.ContentType?.MediaType is { } type ? $" of {type}" : "";

    // The network's failures are worth another attempt; the disk's and the user's wish to stop are not.
    private static bool IsTransient(Exception e) =>
        e is HttpRequestException or HttpIOException
        || (e is IOException && e.InnerException is System.Net.Sockets.SocketException);

    private sealed class SlowMirrorException(string message) : Exception(message);
}
