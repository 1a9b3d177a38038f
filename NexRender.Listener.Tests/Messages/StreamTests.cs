using System.Text;
using System.Threading.Channels;
using NexRender.Listener.Api;
using NexRender.Listener.Api.Content;
using NexRender.Listener.Http;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Messages;

/// <summary>A response whose body is written while it is sent.</summary>
[TestClass]
public sealed class StreamTests
{
    private readonly Channel<string> _pieces = Channel.CreateUnbounded<string>();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [TestMethod]
    public async Task Each_piece_arrives_when_it_is_written()
    {
        await using var server = new RoutedServer(Route(WritePieces));
        using var client = await server.Get("/stream");
        for (var i = 0; i < 5; i++)
        {
            // The next one is written only after this one has arrived.
            _pieces.Writer.TryWrite($"piece {i}\n");
            await client.ReadUntil($"piece {i}\n");
        }

        _pieces.Writer.Complete();
        var rest = await client.ReadUntil("\r\n0\r\n\r\n");
        Assert.DoesNotContain("Content-Length", rest);
    }

    [TestMethod]
    public async Task The_connection_serves_another_request_after_the_end_of_a_stream()
    {
        await using var server = new RoutedServer(Route(WritePieces), Ping());
        using var client = await server.Get("/stream");
        _pieces.Writer.TryWrite("only");
        _pieces.Writer.Complete();
        await client.ReadUntil("\r\n0\r\n\r\n");
        await client.Send("GET /api/v1/ping HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
        Assert.AreEqual("pong", (await client.ReadResponse()).Expect(200).Text);
    }

    [TestMethod]
    public async Task An_empty_piece_does_not_end_the_body()
    {
        await using var server = new RoutedServer(Route(WritePieces));
        using var client = await server.Get("/stream");
        foreach (var piece in new[] { "one", "", "two" }) _pieces.Writer.TryWrite(piece);
        await client.ReadUntil("two");
        _pieces.Writer.Complete();
        Assert.AreEqual("\r\n0\r\n\r\n", await client.ReadUntil("\r\n0\r\n\r\n"));
    }

    [TestMethod]
    public async Task A_client_of_HTTP_1_0_gets_the_body_without_chunks_and_its_end_by_the_end_of_the_connection()
    {
        await using var server = new RoutedServer(Route(WritePieces));
        using var client = await server.Get("/stream", version: "1.0");
        _pieces.Writer.TryWrite("one ");
        _pieces.Writer.TryWrite("two");
        _pieces.Writer.Complete();
        var response = await client.ReadToEnd();
        Assert.EndsWith("\r\n\r\none two", response);
        Assert.DoesNotContain("chunked", response);
    }

    [TestMethod]
    public async Task A_stream_ends_when_its_client_disconnects()
    {
        await using var server = new RoutedServer(Route(WriteForever));
        using (var client = await server.Get("/stream")) await client.ReadUntil("tick");
        await _ended.Task.WaitAsync(Eventually.Deadline);
        await server.Stop();
        Assert.AreEqual("", server.Errors);
    }

    [TestMethod]
    public async Task A_stream_whose_client_disconnects_is_told_by_its_token_too()
    {
        await using var server = new RoutedServer(Route(async (stream, ended) =>
        {
            while (!ended.IsCancellationRequested)
            {
                await Ignoring<IOException>(() => stream.WriteAsync(new StreamPiece("tick"u8.ToArray())).AsTask());
            }

            _ended.TrySetResult();
        }));
        using (var client = await server.Get("/stream")) await client.ReadUntil("tick");
        await _ended.Task.WaitAsync(Eventually.Deadline);
    }

    [TestMethod]
    public async Task A_stream_ends_with_its_last_chunk_when_the_server_stops_which_does_not_wait_for_it()
    {
        // A stop that waited for the stream would never return.
        await using var server = new RoutedServer(new HttpLimits { ShutdownTimeout = Timeout.InfiniteTimeSpan }, Route(WritePieces));
        using var client = await server.Get("/stream");
        _pieces.Writer.TryWrite("one");
        await client.ReadUntil("one");
        var drained = server.Drain();
        Assert.EndsWith("\r\n0\r\n\r\n", await client.ReadUntil("\r\n0\r\n\r\n"));
        await drained.WaitAsync(Eventually.Deadline);
    }

    [TestMethod]
    public async Task A_stop_does_not_wait_for_a_stream_that_ignores_it()
    {
        var release = new TaskCompletionSource();
        await using var server = new RoutedServer(
            new HttpLimits { ShutdownTimeout = Timeout.InfiniteTimeSpan },
            Route(async (stream, _) =>
            {
                await stream.WriteAsync(new StreamPiece("one"u8.ToArray()));
                await release.Task;
            }));
        using var client = await server.Get("/stream");
        await client.ReadUntil("one");
        await server.Stop().WaitAsync(Eventually.Deadline);
        await client.ReadToEnd();
        release.SetResult();
    }

    [TestMethod]
    public async Task A_silent_stream_outlives_the_deadline_of_requests()
    {
        await using var server = new RoutedServer(Impatient(), Route(WritePieces), Stall());
        using var client = await server.Get("/stream");
        _pieces.Writer.TryWrite("one");
        await client.ReadUntil("one");
        // A request that began later has passed its deadline, and with it the stream would have.
        using var stalled = await server.Get("/stall");
        (await stalled.ReadResponse()).Expect(503);
        _pieces.Writer.TryWrite("two");
        await client.ReadUntil("two");
    }

    [TestMethod]
    public async Task A_client_that_does_not_read_ends_its_stream()
    {
        var piece = new StreamPiece(new byte[1 << 20]);
        await using var server = new RoutedServer(Impatient(), Route(async (stream, _) =>
        {
            try
            {
                while (true) await stream.WriteAsync(piece);
            }
            finally
            {
                _ended.TrySetResult();
            }
        }));
        using var client = await server.Get("/stream");
        await _ended.Task.WaitAsync(Eventually.Deadline);
    }

    [TestMethod]
    public async Task A_writer_that_fails_is_logged_and_ends_the_stream()
    {
        await using var server = new RoutedServer(Route(async (stream, _) =>
        {
            await stream.WriteAsync(new StreamPiece("one"u8.ToArray()));
            throw new InvalidOperationException("a bug");
        }));
        using var client = await server.Get("/stream");
        await client.ReadUntil("one");
        await client.ReadUntil("\r\n0\r\n\r\n");
        await server.Stop();
        Assert.Contains("/stream failed: System.InvalidOperationException: a bug", server.Errors);
    }

    [TestMethod]
    public async Task A_HEAD_request_gets_the_head_alone()
    {
        await using var server = new RoutedServer(Route(WritePieces), Ping());
        using var client = await server.Get("/stream", method: "HEAD");
        var head = await client.ReadResponse(hasBody: false);
        Assert.AreEqual("text/event-stream", head.Expect(200).Header("Content-Type"));
        // Anything after the head would be read as the next response.
        await client.Send("GET /api/v1/ping HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
        Assert.AreEqual("pong", (await client.ReadResponse()).Expect(200).Text);
    }

    private static HttpLimits Impatient() => new() { RequestTimeout = TimeSpan.FromMilliseconds(400), MinDataRate = int.MaxValue };

    private static Route Route(Func<IResponseStream, CancellationToken, Task> write) =>
        new("GET", "/stream", _ => new(ApiResponse.Stream("text/event-stream", new StreamedContent(write))));

    private static Route Ping() => new("GET", "/ping", _ => new(ApiResponse.Text(200, "pong")));

    private static Route Stall() => new("GET", "/stall", async _ =>
    {
        await Task.Delay(Timeout.Infinite);
        return ApiResponse.Empty(204);
    });

    private async Task WritePieces(IResponseStream stream, CancellationToken ended)
    {
        await foreach (var piece in _pieces.Reader.ReadAllAsync(ended))
            await stream.WriteAsync(new StreamPiece(Encoding.UTF8.GetBytes(piece)));
    }

    private async Task WriteForever(IResponseStream stream, CancellationToken ended)
    {
        try
        {
            while (true) await stream.WriteAsync(new StreamPiece("tick"u8.ToArray()));
        }
        finally
        {
            _ended.TrySetResult();
        }
    }

    private static async Task Ignoring<TException>(Func<Task> action)
        where TException : Exception
    {
        try
        {
            await action();
        }
        catch (TException)
        {
            // The token is what is looked at.
        }
    }
}
