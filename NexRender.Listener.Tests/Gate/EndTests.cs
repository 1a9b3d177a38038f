using NexRender.Listener.Api;
using NexRender.Listener.Http;
using NexRender.Listener.Http.Gate;
using NexRender.Listener.Tests.Messages;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Gate;

/// <summary>Connections end by the client in the middle of a request, or by a stop of the server, without losses.</summary>
[TestClass]
public sealed class EndTests
{
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task A_client_that_disconnects_ends_the_request_that_was_carried_out_for_it(bool resets)
    {
        await using var server = new RoutedServer(Wait());
        using var client = await server.Get("/wait");
        await _started.Task.WaitAsync(Eventually.Deadline);
        if (resets) client.Reset();
        else client.Dispose();
        await _ended.Task.WaitAsync(Eventually.Deadline);
    }

    [TestMethod]
    public async Task A_client_that_only_stops_sending_gets_its_answer()
    {
        await using var server = await TestServer.Start(isGated: true);
        Assert.StartsWith("HTTP/1.1 200 ", await GateCase.Send(server, GateCase.Get + "\r\n"));
    }

    [TestMethod]
    [DataRow("Content-Length: 70\r\n\r\n", 0)]
    [DataRow("Content-Length: 70\r\n\r\n", 35)]
    [DataRow("Content-Length: 70\r\n\r\n", 69)]
    [DataRow("Content-Length: 1000000\r\n\r\n", 70)]
    [DataRow("Transfer-Encoding: chunked\r\n\r\n46\r\n", 35)]
    [DataRow("Transfer-Encoding: chunked\r\n\r\n46\r\n", 70)]
    public Task A_body_that_ends_early_answers_400_and_changes_nothing(string lines, int sent) =>
        GateCase.ExpectRefusal(GateCase.Post + lines + GateCase.Job[..sent], 400, "the body ended early");

    [TestMethod]
    [DataRow("Content-Length: 70\r\n\r\n")]
    [DataRow("Transfer-Encoding: chunked\r\n\r\n46\r\n")]
    public async Task A_client_that_resets_within_its_body_changes_nothing(string lines)
    {
        await using var server = await TestServer.Start(isGated: true);
        await using var healthy = await HealthyClient.Start(server.Port);
        for (var i = 0; i < 50; i++)
        {
            var client = await server.Connect();
            await client.Send(GateCase.Post + lines + GateCase.Job[..^1]);
            client.Reset();
        }
        Assert.AreEqual("[]", (await server.Get("jobs")).Expect(200).Text);
    }

    [TestMethod]
    [DataRow("", "")]
    [DataRow("GET /api/v1/health HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 200 ")]
    [DataRow("GET /api/v1/health HTTP/1.1\r\nHo", "")]
    public async Task A_stop_closes_an_idle_connection_without_a_reset(string sent, string answer)
    {
        await using var server = await TestServer.Start(isGated: true);
        using var client = await server.Connect();
        await client.Send(sent);
        if (answer.Length > 0) (await client.ReadResponse()).Expect(200, "ok");
        // By then the server has accepted the connection above.
        for (var i = 0; i < 3; i++) (await server.Get("health", ("Connection", "close"))).Expect(200);
        await server.Stop();
        Assert.AreEqual("", await client.ReadToEnd());
        Assert.IsFalse(client.WasReset);
    }

    [TestMethod]
    public async Task A_stop_completes_the_request_in_flight_and_closes_its_connection()
    {
        await using var server = await TestServer.Start(isGated: true);
        using var client = await server.Connect();
        await client.Send($"{GateCase.Post}Content-Length: 70\r\nExpect: 100-continue\r\n\r\n");
        await client.ReadUntil("100 Continue\r\n\r\n");
        var stopping = server.Stop();
        await Eventually.True(() => !Ports.IsTaken(server.Port), "nothing more is accepted");
        await client.Send(GateCase.Job);
        Assert.AreEqual("close", (await client.ReadResponse()).Expect(200, "never").Header("Connection"));
        Assert.AreEqual("", await client.ReadToEnd());
        Assert.IsFalse(client.WasReset);
        await stopping;
    }

    [TestMethod]
    public async Task A_body_that_does_not_come_during_a_stop_gets_no_false_answer()
    {
        await using var server = await TestServer.Start(isGated: true);
        using var client = await server.Connect();
        await client.Send($"{GateCase.Post}Content-Length: 70\r\nExpect: 100-continue\r\n\r\n");
        await client.ReadUntil("100 Continue\r\n\r\n");
        await server.Stop();
        Assert.DoesNotContain(" 200 ", await client.ReadToEnd());
    }

    [TestMethod]
    public async Task A_failed_request_is_answered_and_logged_in_one_short_line()
    {
        await using var server = new RoutedServer(
            new Route("GET", "/fail", _ => throw new InvalidOperationException("a bug\nof two lines")));
        using (var client = await server.Get("/fail")) (await client.ReadResponse()).Expect(500, "internal error");
        await server.Stop();
        var lines = server.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.HasCount(1, lines);
        Assert.Contains("GET /api/v1/fail failed: System.InvalidOperationException: a bug", lines[0]);
        Assert.IsLessThan(600, lines[0].Length);
    }

    private Route Wait() => new("GET", "/wait", async request =>
    {
        using var ended = request.Disconnected.Register(() => _ended.TrySetResult());
        _started.TrySetResult();
        await _ended.Task;
        return ApiResponse.Empty(204);
    });
}
