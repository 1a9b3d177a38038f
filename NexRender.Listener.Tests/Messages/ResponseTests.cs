using NexRender.Listener.Api;
using NexRender.Listener.Json;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Messages;

/// <summary>Responses with headers of their own, and without a body.</summary>
[TestClass]
public sealed class ResponseTests
{
    [TestMethod]
    public async Task Every_kind_of_body_may_have_headers()
    {
        byte[][] items = ["1"u8.ToArray(), "2"u8.ToArray()];
        await using var server = new RoutedServer(
            new Route("GET", "/text", _ => new(ApiResponse.Text(503, "later").With("Retry-After", "5"))),
            new Route(
                "GET", "/list", _ => new(ApiResponse.JsonArray(items).With("X-Total-Count", "7").With("Link", "</next>; rel=\"next\""))));
        using var client = new TestClient(server.Port);
        Assert.AreEqual("5", (await client.Send("GET", "text")).Expect(503).Header("Retry-After"));
        var list = (await client.Send("GET", "list")).Expect(200);
        Assert.AreEqual("[1,2]", list.Text);
        Assert.AreEqual("7", list.Header("X-Total-Count"));
        Assert.AreEqual("</next>; rel=\"next\"", list.Header("Link"));
    }

    [TestMethod]
    [DataRow(204)]
    [DataRow(304)]
    [DataRow(202)]
    public async Task A_response_without_a_body_has_a_status_and_headers_and_leaves_the_connection_open(int status)
    {
        await using var server = new RoutedServer(new Route("GET", "/empty", _ => new(ApiResponse.Empty(status).With("ETag", "\"7\""))));
        using var client = await server.Get("/empty");
        var response = (await client.ReadResponse()).Expect(status);
        Assert.AreEqual("\"7\"", response.Header("ETag"));
        Assert.IsNull(response.Header("Content-Type"));
        await client.Send("GET /api/v1/empty HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
        (await client.ReadResponse()).Expect(status);
    }

    [TestMethod]
    public void A_response_that_gets_a_header_is_another_one()
    {
        var shared = ApiResponse.Text(200, "ok");
        Assert.HasCount(1, shared.With("ETag", "\"1\"").Headers);
        Assert.IsEmpty(shared.Headers);
    }
}
