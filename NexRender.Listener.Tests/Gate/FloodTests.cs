using System.Text;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Gate;

/// <summary>Requests of enormous size are refused, or handled if they are valid, while other clients are answered as usual.</summary>
[TestClass]
public sealed class FloodTests
{
    private const string Chunked = GateCase.Post + "Transfer-Encoding: chunked\r\n\r\n";

    [TestMethod]
    [DataRow(1_000, 1_000_000, 200)]
    [DataRow(1_000, 10, 200)]
    [DataRow(16_000, 1_000_000, 200)]
    [DataRow(200_000, 1_000_000, 431)]
    [DataRow(200_000, 100, 431)]
    [DataRow(10_000_000, 16_000_000, 431)]
    [DataRow(10_000_000, 1_000, 431)]
    public async Task A_trailer_of_any_size_in_portions_of_any_size(int size, int portion, int status)
    {
        var trailer = $"x: {new string('x', size - 5)}\r\n";
        var body = Encoding.Latin1.GetBytes($"46\r\n{GateCase.Job}\r\n0\r\n{trailer}\r\n");
        var head = Encoding.Latin1.GetBytes(GateCase.Post + "Transfer-Encoding: chunked\r\n\r\n");
        await Expect([head, .. body.Chunk(portion)], status, status == 200 ? "never" : "");
    }

    [TestMethod]
    public async Task Two_hundred_thousand_chunks_of_one_byte_are_a_body()
    {
        var chunks = string.Concat(GateCase.Job.PadRight(200_000).Select(c => $"1\r\n{c}\r\n"));
        var request = $"{GateCase.Post}Transfer-Encoding: chunked\r\n\r\n{chunks}0\r\n\r\n";
        await Expect(Encoding.Latin1.GetBytes(request).Chunk(65_536), 200, "never");
    }

    [TestMethod]
    public Task A_request_line_of_200_MB_answers_414() => Expect(["GET /"u8.ToArray(), .. Repeated('x', 200)], 414, "");

    [TestMethod]
    public Task A_method_of_200_MB_answers_414() => Expect(Repeated('x', 200), 414, "");

    [TestMethod]
    public Task A_header_of_200_MB_answers_431() =>
        Expect([Encoding.Latin1.GetBytes(GateCase.Get + "x: "), .. Repeated('x', 200)], 431, "16 KB");

    [TestMethod]
    public Task A_million_headers_answer_431() =>
        Expect([Encoding.Latin1.GetBytes(GateCase.Get), .. Lines("a: b\r\n", 1_000_000)], 431, "16 KB");

    [TestMethod]
    public Task A_million_empty_lines_answer_431() => Expect(Lines("\r\n", 1_000_000), 431, "16 KB");

    [TestMethod]
    public Task A_million_trailers_answer_431() =>
        Expect([Encoding.Latin1.GetBytes(Chunked + "0\r\n"), .. Lines("a: b\r\n", 1_000_000)], 431, "");

    [TestMethod]
    public Task A_chunk_extension_of_200_MB_answers_400() =>
        Expect([Encoding.Latin1.GetBytes(Chunked + "1;"), .. Repeated('x', 200)], 400, "chunked");

    [TestMethod]
    public async Task Ten_thousand_pipelined_requests_are_answered()
    {
        await using var server = await TestServer.Start(isGated: true);
        await using var healthy = await HealthyClient.Start(server.Port);
        using var client = await server.Connect();
        var sending = client.SendWhileTaken(Lines("GET /api/v1/health HTTP/1.1\r\nHost: x\r\n\r\n", 10_000));
        for (var i = 0; i < 10_000; i++) (await client.ReadResponse()).Expect(200, "ok");
        await sending;
    }

    // The answer must arrive although the client is still sending.
    private static async Task Expect(IEnumerable<byte[]> request, int status, string text)
    {
        await using var server = await TestServer.Start(isGated: true);
        await using var healthy = await HealthyClient.Start(server.Port);
        using var client = await server.Connect();
        var sending = client.SendWhileTaken(request);
        var answer = (await client.ReadResponse()).Expect(status, text);
        Assert.AreEqual(status == 200 ? "keep-alive" : "close", answer.Header("Connection"));
        client.Dispose();
        await sending;
    }

    private static IEnumerable<byte[]> Repeated(char value, int megabytes) =>
        Enumerable.Repeat(Enumerable.Repeat((byte)value, 1 << 20).ToArray(), megabytes);

    private static IEnumerable<byte[]> Lines(string line, int count) =>
        Enumerable.Repeat(Encoding.Latin1.GetBytes(string.Concat(Enumerable.Repeat(line, 1_000))), count / 1_000);
}
