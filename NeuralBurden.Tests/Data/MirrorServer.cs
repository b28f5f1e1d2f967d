using System.Net;
using System.Net.Sockets;
using System.Text;

namespace NeuralBurden.Tests.Data;

/// <summary>A mirror on the loopback that behaves as a test tells it, down to the bytes of an answer.</summary>
internal sealed class MirrorServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Func<Request, byte[]> _answer;
    private readonly List<Request> _requests = [];

    /// <param name="answer">The whole answer, head included; the connection is closed after it.</param>
    public MirrorServer(Func<Request, byte[]> answer)
    {
        _answer = answer;
        _listener.Start();
        _ = ServeAsync();
    }

    /// <summary>Pause after every byte of an answer; none by default.</summary>
    public TimeSpan Drip { get; init; }

    public string Address => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/";

    public IReadOnlyList<Request> Requests
    {
        get
        {
            lock (_requests) return [.. _requests];
        }
    }

    public static byte[] Answer(string status, string headers, ReadOnlySpan<byte> body) =>
        [.. Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\nConnection: close\r\n{headers}\r\n"), .. body];

    /// <summary>What a good mirror answers, ranges included.</summary>
    public static byte[] Serve(Request request, byte[] file) => request.From is { } from
        ? Answer(
            "206 Partial Content",
            $"Content-Length: {file.Length - from}\r\nContent-Range: bytes {from}-{file.Length - 1}/{file.Length}\r\n",
            file.AsSpan((int)from))
        : Answer("200 OK", $"Content-Length: {file.Length}\r\n", file);

    public void Dispose() => _listener.Dispose();

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using var client = await _listener.AcceptTcpClientAsync();
                var stream = client.GetStream();
                using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
                string path = (await reader.ReadLineAsync())?.Split(' ')[1] ?? "";
                long? from = null;
                for (string? line; !string.IsNullOrEmpty(line = await reader.ReadLineAsync());)
                {
                    if (line.StartsWith("Range: bytes=", StringComparison.OrdinalIgnoreCase))
                        from = long.Parse(line["Range: bytes=".Length..].TrimEnd('-'));
                }

                var request = new Request(path, from, 0);
                lock (_requests)
                {
                    request = request with { Number = _requests.Count };
                    _requests.Add(request);
                }

                byte[] answer = _answer(request);
                if (Drip == TimeSpan.Zero) await stream.WriteAsync(answer);
                for (int i = 0; i < answer.Length && Drip > TimeSpan.Zero; i++)
                {
                    await stream.WriteAsync(answer.AsMemory(i, 1));
                    await Task.Delay(Drip);
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or IOException)
        {
            // The test is over.
        }
    }

    /// <param name="From">The first byte asked for by a Range header.</param>
    /// <param name="Number">Counts from 0.</param>
    public sealed record Request(string Path, long? From, int Number);
}
