using NexRender.Listener.Api.Numbers;
using NexRender.Listener.Tests.Support;
using NexRender.Listener.Tests.Watch;

namespace NexRender.Listener.Tests.Numbers;

/// <summary>The metrics for Prometheus.</summary>
[TestClass]
public sealed class MetricsTests
{
    [TestMethod]
    public async Task Promtool_accepts_them_whatever_clients_call_their_tags_and_states()
    {
        await using var server = await TestServer.Start();
        await Promtool.CheckMetrics((await server.Get("metrics")).Expect(200).Text);
        await server.Post(Some.Job("a", "4k,gpu"));
        (await server.Put("jobs/a", """{"tags":"q\"uote,back\\slash,\ud83d\ude00,line\nbreak,\ud800,\ud801,(other)"}""")).Expect(200);
        await server.Post(Some.Job("b"));
        (await server.Put("jobs/b", """{"state":"{x=\"1\"} 5\n# HELP"}""")).Expect(200);
        (await server.Get("jobs/none")).Expect(404);
        await Eventually.True(async () => (await Metrics.Get(server)).Sum("queue_tags") == 7, "the tags are shown");
        var metrics = (await server.Get("metrics")).Expect(200);
        Assert.AreEqual("text/plain; version=0.0.4; charset=utf-8", metrics.Header("content-type"));
        Assert.Contains("nexrender_queue_depth{tag=\"q\\\"uote\"} 1\n", metrics.Text);
        Assert.Contains("nexrender_queue_depth{tag=\"back\\\\slash\"} 1\n", metrics.Text);
        Assert.Contains("nexrender_queue_depth{tag=\"\ud83d\ude00\"} 1\n", metrics.Text);
        Assert.Contains("nexrender_queue_depth{tag=\"(other)\"} 4\n", metrics.Text);
        Assert.Contains("nexrender_jobs{state=\"(other)\"} 1\n", metrics.Text);
        await Promtool.CheckMetrics(metrics.Text);
    }

    [TestMethod]
    public void A_label_is_escaped()
    {
        var text = new MetricsText().Gauge("a", "b").Value(0.25, ("tag", "q\"b\\s\nl"), ("x", "")).ToBytes();
        Assert.AreEqual(
            "# HELP nexrender_a b\n# TYPE nexrender_a gauge\nnexrender_a{tag=\"q\\\"b\\\\s\\nl\",x=\"\"} 0.25\n",
            System.Text.Encoding.UTF8.GetString(text));
    }

    [TestMethod]
    public async Task Each_label_that_clients_choose_has_at_most_a_hundred_values()
    {
        await using var server = await TestServer.Start();
        await server.Post(Some.Job("a", string.Join(',', Enumerable.Range(0, 150).Select(i => $"t{i:000}"))));
        await server.Post(Some.Job("b", "t149"));
        await Eventually.True(async () => (await Metrics.Get(server)).Sum("queue_depth") == 151, "the tags are shown");
        var metrics = await Metrics.Get(server);
        Assert.AreEqual(101, metrics.Samples.Count(sample => sample.StartsWith("nexrender_queue_depth{", StringComparison.Ordinal)));
        Assert.AreEqual(150, metrics.Of("queue_tags"));
        Assert.AreEqual(2, metrics.Of("queue_depth{tag=\"t149\"}"));
        Assert.AreEqual(1, metrics.Of("queue_depth{tag=\"t000\"}"));
        Assert.AreEqual(50, metrics.Of("queue_depth{tag=\"(other)\"}"));
    }

    [TestMethod]
    public async Task They_count_what_happened_to_jobs_since_the_start()
    {
        await using var farm = await Life.Farm.Start(ScriptedLife.Options);
        await ScriptedLife.Run(farm);
        await Eventually.True(async () => (await Metrics.Get(farm.Server)).Of("jobs_expired_total") == 1, "the lease is counted");
        var metrics = await Metrics.Get(farm.Server);
        Assert.AreEqual(5, metrics.Of("jobs_created_total"));
        Assert.AreEqual(1, metrics.Of("jobs_finished_total"));
        Assert.AreEqual(1, metrics.Of("jobs_failed_total"));
        Assert.AreEqual(1, metrics.Of("jobs_requeued_total"));
        Assert.AreEqual(3, metrics.Of("jobs{state=\"queued\"}"));
        Assert.AreEqual(1, metrics.Of("jobs_cancelled"));
        Assert.AreEqual(2, metrics.Of("workers{state=\"silent\"}"));
        Assert.AreEqual(1, metrics.Of("queue_delayed"));
        Assert.AreEqual(3, metrics.Of("queue_depth{tag=\"\"}"));
        // The one that was put back at 09:01 waits longest.
        Assert.AreEqual(21 * 60, metrics.Of("queue_oldest_wait_seconds{tag=\"\"}"));
        Assert.AreEqual(4, metrics.Of("job_wait_seconds_count"));
        Assert.AreEqual(3 * 11 * 60, metrics.Of("job_wait_seconds_sum"));
        Assert.AreEqual(1, metrics.Of("job_render_seconds_count"));
        Assert.AreEqual(1, metrics.Of("job_render_seconds_bucket{le=\"+Inf\"}"));
        Assert.AreEqual(1795161600, metrics.Of("process_start_time_seconds"));
        Assert.IsGreaterThan(1e6, metrics.Of("process_resident_memory_bytes"));
        await farm.Server.Restart();
        metrics = await Metrics.Get(farm.Server);
        Assert.AreEqual(0, metrics.Of("jobs_created_total"));
        Assert.AreEqual(3, metrics.Of("jobs{state=\"queued\"}"));
    }

    [TestMethod]
    public async Task They_count_requests_by_route_and_status()
    {
        await using var server = await TestServer.Start();
        await server.Post(Some.Job("a"));
        await server.Post("{}");
        await server.Get("jobs/a");
        await server.Send("HEAD", "jobs/a");
        await server.Get("jobs/none");
        await server.Get("nowhere");
        await server.Send("DELETE", "health");
        await Counts(server, 1, "method=\"POST\",route=\"/jobs\",status=\"200\"");
        await Counts(server, 1, "method=\"POST\",route=\"/jobs\",status=\"400\"");
        await Counts(server, 2, "method=\"GET\",route=\"/jobs/:uid\",status=\"200\"");
        await Counts(server, 1, "method=\"GET\",route=\"/jobs/:uid\",status=\"404\"");
        await Counts(server, 1, "method=\"\",route=\"\",status=\"404\"");
        await Counts(server, 1, "method=\"\",route=\"\",status=\"405\"");
        var metrics = await Metrics.Get(server);
        Assert.AreEqual(3, metrics.Of("http_request_duration_seconds_count{method=\"GET\",route=\"/jobs/:uid\"}"));
        Assert.AreEqual(3, metrics.Of("http_request_duration_seconds_bucket{method=\"GET\",route=\"/jobs/:uid\",le=\"+Inf\"}"));
    }

    [TestMethod]
    public async Task They_count_what_the_gate_refuses_and_its_connections()
    {
        await using var server = await TestServer.Start(isGated: true);
        using var raw = await server.Connect();
        await raw.Send("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n");
        await Counts(server, 1, "method=\"\",route=\"\",status=\"400\"");
        using var idle = await server.Connect();
        await Eventually.True(async () => (await Metrics.Get(server)).Of("connections") >= 2, "the connection is shown");
    }

    [TestMethod]
    public async Task They_show_the_syncs_of_the_journal_and_the_watchers()
    {
        await using var server = await TestServer.Start();
        var before = await Metrics.Get(server);
        await server.Post(Some.Job("a"));
        // The sync is counted before the response is sent.
        var metrics = await Metrics.Get(server);
        Assert.AreEqual(before.Of("journal_flush_duration_seconds_count") + 1, metrics.Of("journal_flush_duration_seconds_count"));
        Assert.IsGreaterThan(before.Of("journal_bytes"), metrics.Of("journal_bytes"));
        Assert.AreEqual(1, metrics.Of("storage_healthy"));
        Assert.AreEqual(0, metrics.Of("watchers"));
        using var reader = await EventReader.Open(server.Port);
        await Eventually.True(async () => (await Metrics.Get(server)).Of("watchers") == 1, "the watcher is shown");
    }

    private static Task Counts(TestServer server, int count, string labels) =>
        Eventually.True(async () => (await Metrics.Get(server)).Sum($"http_requests_total{{{labels}}}") == count, $"{labels} is {count}");
}
