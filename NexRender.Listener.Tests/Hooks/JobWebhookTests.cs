using System.Net;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Hooks;

/// <summary>The webhooks of jobs.</summary>
[TestClass]
public sealed class JobWebhookTests
{
    [TestMethod]
    public async Task A_job_chooses_url_method_headers_data_and_custom()
    {
        using var receiver = HookReceiver.Start();
        await using var server = await Allowing($"http://127.0.0.1:{receiver.Port}");
        var webhook = $$$"""
            {"url":"{{{receiver.Url}}}/a?b=c","method":"put","headers":{"x-token":"t","x-n":7},"data":{"n":[1]},"custom":"text"}
            """;
        await Hooked.End(server, "a", members: $"\"webhook\":{webhook}");
        var request = await receiver.Next(200);
        Assert.AreEqual("PUT /hook/a?b=c HTTP/1.1", request.Line);
        Assert.AreEqual("t 7", $"{request.Headers["x-token"]} {request.Headers["x-n"]}");
        Assert.AreEqual("""{"n":[1]}""", request.Json.GetProperty("data").GetRawText());
        Assert.AreEqual("a text", $"{request.Uid} {request.Text("custom")}");
    }

    [TestMethod]
    [DataRow("\"http://127.0.0.1:PORT/hooks/a\"", null)]
    [DataRow("\"http://127.0.0.1:PORT/other\"", null)]
    [DataRow("\"http://localhost:PORT/hook\"", null)]
    [DataRow("\"http://127.0.0.1:PORT/hook/../other\"", null)]
    [DataRow("\"http://127.0.0.1:PORT/hook/..;/other\"", null)]
    [DataRow("\"http://a@127.0.0.1:PORT/hook\"", null)]
    [DataRow("\"https://127.0.0.1:PORT/hook\"", null)]
    [DataRow("7", null)]
    [DataRow("\"http://127.0.0.1:PORT/hook\"", "\"method\":\"GET\"")]
    [DataRow("\"http://127.0.0.1:PORT/hook\"", "\"headers\":{\"Host\":\"other\"}")]
    [DataRow("\"http://127.0.0.1:PORT/hook\"", "\"headers\":{\"a\":\"b\\r\\nc: d\"}")]
    [DataRow("\"http://127.0.0.1:PORT/hook\"", "\"headers\":{\"a b\":\"c\"}")]
    [DataRow("\"http://127.0.0.1:PORT/hook\"", "\"headers\":[]")]
    public async Task What_is_not_allowed_is_not_called_and_counts_as_failed(string url, string? members)
    {
        using var receiver = HookReceiver.Start();
        await using var server = await Allowing($"http://127.0.0.1:{receiver.Port}/hook");
        url = url.Replace("PORT", $"{receiver.Port}");
        await Hooked.End(server, "a", members: $$"""
            "webhook":{"url":{{url}}{{(members is null ? "" : $",{members}")}}}
            """);
        await Hooked.Counts(server, failed: 1);
        Assert.AreEqual(0, receiver.Waiting);
    }

    [TestMethod]
    public async Task Without_allowed_prefixes_webhooks_of_jobs_are_ignored()
    {
        using var receiver = HookReceiver.Start();
        using var own = HookReceiver.Start();
        await using var server = await TestServer.Start(Hooked.To(receiver));
        await Hooked.End(server, "a", members: $$"""
            "webhook":{"url":"{{own.Url}}"}
            """);
        await receiver.Next(200);
        await Hooked.Counts(server, delivered: 1);
        Assert.AreEqual(0, own.Waiting);
    }

    [TestMethod]
    public async Task A_name_that_resolves_to_an_address_of_this_machine_is_not_called()
    {
        var name = Dns.GetHostName();
        using var receiver = HookReceiver.Start();
        await using var server = await Allowing($"http://{name}:{receiver.Port}");
        await Hooked.End(server, "a", members: $$"""
            "webhook":{"url":"http://{{name}}:{{receiver.Port}}/hook"}
            """);
        await Hooked.Counts(server, failed: 1);
        Assert.AreEqual(0, receiver.Waiting);
    }

    [TestMethod]
    public async Task Localhost_is_called_if_a_prefix_names_it()
    {
        using var receiver = HookReceiver.Start();
        await using var server = await Allowing($"http://localhost:{receiver.Port}");
        await Hooked.End(server, "a", members: $$"""
            "webhook":{"url":"http://LOCALHOST:{{receiver.Port}}/hook"}
            """);
        Assert.AreEqual("a", (await receiver.Next(200)).Uid);
    }

    private static Task<TestServer> Allowing(string prefix) =>
        TestServer.Start(new ListenerOptions { AllowJobWebhooks = [prefix], HookLimits = Hooked.Quick });
}
