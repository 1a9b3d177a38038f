using System.IO.Compression;
using System.Text;
using NexRender.Listener.Api.Content;
using NexRender.Listener.Api.Watch;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Watch;

/// <summary>Events for watchers that accept gzip.</summary>
[TestClass]
public sealed class CompressedEventTests
{
    [TestMethod]
    [DataRow(null, null)]
    [DataRow("identity", null)]
    [DataRow("gzip;q=0", null)]
    [DataRow("gzip, deflate, br", "gzip")]
    public async Task Only_a_watcher_that_accepts_it_gets_gzip(string? accepted, string? coding)
    {
        await using var server = await TestServer.Start();
        using var client = await RawClient.Connect(server.Port);
        var header = accepted is null ? "" : $"Accept-Encoding: {accepted}\r\n";
        await client.Send($"GET /api/v1/events HTTP/1.1\r\nHost: 127.0.0.1\r\n{header}\r\n");
        var head = await client.ReadUntil("\r\n\r\n");
        Assert.AreEqual(coding is not null, head.Contains("Content-Encoding: gzip", StringComparison.OrdinalIgnoreCase), head);
        Assert.Contains("Vary: Accept-Encoding", head);
    }

    [TestMethod]
    public async Task Each_event_can_be_decompressed_as_soon_as_it_has_arrived_and_a_stop_ends_the_text()
    {
        await using var server = await TestServer.Start();
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { Timeout = Eventually.Deadline };
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{server.Port}/api/v1/events");
        request.Headers.Add("Accept-Encoding", "gzip");
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        await using var text = new GZipStream(await response.Content.ReadAsStreamAsync(), CompressionMode.Decompress);
        using var lines = new StreamReader(text);
        await Find(lines, "event: hello");
        for (var number = 0; number < 3; number++)
        {
            (await server.Post(Some.Job($"job-{number}"))).Expect(200);
            Assert.Contains($"job-{number}", await Find(lines, "data: {\"uid\""));
        }
        var stopping = server.Stop();
        // The reader checks the checksum at the end, and it must be an end.
        await lines.ReadToEndAsync().WaitAsync(Eventually.Deadline);
        await stopping;
    }

    [TestMethod]
    public async Task Pieces_that_are_compressed_by_themselves_make_one_valid_text_in_any_order()
    {
        byte[][] pieces = [.. new[] { 1, 90, 1023, 1024, 5000, 79_999 }.Select(Text)];
        foreach (var order in new[] { pieces, [.. pieces.Reverse()], pieces[2..4] })
        {
            var output = new MemoryOutput();
            var stream = new EventStream(output, isCompressed: true);
            foreach (var piece in order) await stream.WriteAsync(piece);
            await stream.EndAsync();
            using var decompressed = new MemoryStream();
            using var gzip = new GZipStream(new MemoryStream([.. output.Bytes]), CompressionMode.Decompress);
            await gzip.CopyToAsync(decompressed);
            CollectionAssert.AreEqual(order.SelectMany(piece => piece).ToArray(), decompressed.ToArray());
        }
    }

    [TestMethod]
    public void The_checksum_is_the_one_of_gzip()
    {
        // The check value of CRC-32/ISO-HDLC.
        Assert.AreEqual(0xCBF43926, Crc32.Of("123456789"u8));
        Assert.AreEqual(0xCBF43926, Crc32.Shift.Append(Crc32.Of("1234"u8), Crc32.Of("56789"u8), Crc32.Shift.Of(5)));
    }

    private static byte[] Text(int length) =>
        [.. Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, length).Select(number => $"{number * 7919} "))).Take(length)];

    private static async Task<string> Find(StreamReader lines, string start)
    {
        while (await lines.ReadLineAsync().WaitAsync(Eventually.Deadline) is { } line)
        {
            if (line.StartsWith(start, StringComparison.Ordinal)) return line;
        }
        throw new AssertFailedException($"The stream ended before a line that begins with {start}");
    }

    private sealed class MemoryOutput : IResponseStream
    {
        public List<byte> Bytes { get; } = [];

        public ValueTask WriteAsync(StreamPiece piece)
        {
            Bytes.AddRange(piece.Data.Span);
            return ValueTask.CompletedTask;
        }
    }
}
