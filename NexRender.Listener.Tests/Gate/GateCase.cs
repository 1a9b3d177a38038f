using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Gate;

/// <summary>One request, as bytes, sent to a server behind its gate, with a healthy client beside it.</summary>
internal static class GateCase
{
    public const string Get = "GET /api/v1/jobs HTTP/1.1\r\nHost: x\r\n";
    public const string Post = "POST /api/v1/jobs HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n";

    /// <summary>A whole job of 70 characters, so that only the framing can be the reason of a refusal.</summary>
    public const string Job = """{"uid":"never","template":{"src":"s","composition":"c"},"pad":"xxxxx"}""";

    /// <summary>Sends bytes, closes the sending direction, and returns everything that comes back.</summary>
    public static async Task<string> Send(TestServer server, string request)
    {
        using var client = await server.Connect();
        await client.Send(request);
        client.HalfClose();
        return await client.ReadToEnd();
    }

    /// <summary>Asserts that a request is refused with a status and a text, and that nothing comes of it.</summary>
    public static async Task ExpectRefusal(string request, int status, string text = "", ListenerOptions? options = null)
    {
        await using var server = await TestServer.Start(options, isGated: true);
        await using (await HealthyClient.Start(server.Port))
        {
            var answer = await Send(server, request);
            Assert.StartsWith($"HTTP/1.1 {status} ", answer);
            Assert.Contains("Connection: close\r\n", answer);
            Assert.Contains(text, answer);
            Assert.DoesNotMatchRegex(@"HTTP/1\.\d 2\d\d", answer);
        }
        Assert.AreEqual("[]", (await server.Get("jobs")).Expect(200).Text);
    }
}
