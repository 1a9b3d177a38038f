using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Numbers;

/// <summary>Metrics need the secret unless the option opens them.</summary>
[TestClass]
public sealed class OpenMetricsTests
{
    private static (string, string) Secret => ("nexrender-secret", "s3cret");

    [TestMethod]
    public async Task Metrics_need_the_secret()
    {
        await using var server = await TestServer.Start(new ListenerOptions { Secret = "s3cret" });
        (await server.Get("metrics")).Expect(403);
        (await server.Get("metrics", Secret)).Expect(200, "nexrender_build_info");
        (await server.Get("metrics", ("authorization", "Bearer s3cret"))).Expect(200);
    }

    [TestMethod]
    public async Task Open_metrics_need_none_and_open_nothing_else()
    {
        await using var server = await TestServer.Start(new ListenerOptions { Secret = "s3cret", OpenMetrics = true });
        (await server.Get("metrics")).Expect(200, "nexrender_build_info");
        (await server.Get("stats")).Expect(403);
        (await server.Get("jobs")).Expect(403);
        (await server.Send("POST", "metrics", [])).Expect(403);
    }

    [TestMethod]
    public async Task HEAD_is_answered_without_a_body()
    {
        await using var server = await TestServer.Start();
        var head = (await server.Send("HEAD", "metrics")).Expect(200);
        Assert.IsEmpty(head.Body);
        Assert.AreEqual("text/plain; version=0.0.4; charset=utf-8", head.Header("content-type"));
        Assert.IsGreaterThan(1000, int.Parse(head.Header("content-length")!));
        (await server.Send("DELETE", "metrics")).Expect(405);
    }

    [TestMethod]
    [DataRow("--open-metrics", null, true)]
    [DataRow("--open-metrics", "0", true)]
    [DataRow(null, "1", true)]
    [DataRow(null, "true", true)]
    [DataRow(null, "0", false)]
    [DataRow(null, "", false)]
    [DataRow(null, null, false)]
    public void The_option_and_its_variable_open_them(string? option, string? variable, bool isOpen)
    {
        var command = Parse(option is null ? [] : [option], variable, out var errors);
        Assert.AreEqual("", errors);
        Assert.AreEqual(isOpen, command!.Options.OpenMetrics);
    }

    [TestMethod]
    public void Another_value_of_the_variable_is_refused()
    {
        Assert.IsNull(Parse([], "yes", out var errors));
        Assert.Contains("NEXRENDER_OPEN_METRICS must be 1 or 0, not \"yes\"", errors);
    }

    private static CommandLine? Parse(string[] args, string? variable, out string errors)
    {
        var written = new StringWriter();
        var command = CommandLine.Parse(
            args, name => name == "NEXRENDER_OPEN_METRICS" ? variable : null, TextWriter.Null, written, out _);
        errors = written.ToString();
        return command;
    }
}
