using System.Text.Json.Nodes;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.OpenApi;

/// <summary>Requests that get every status of every route, but for those that need a broken disk.</summary>
/// <param name="recorder">Sends them.</param>
internal sealed class Session(Recorder recorder)
{
    private const string StartedAt = "2026-11-20T08:00:00.000Z";

    public async Task Run()
    {
        await Description();
        await Submissions();
        await Lists();
        await Render();
        await Failure();
        await Actions();
        await Bulk();
        await Batches();
        await Workers();
        await Queue();
        await Removals();
    }

    private static (string Name, string Value) Name(string worker) => ("nexrender-name", worker);

    private static (string Name, string Value) Key(string key) => ("Idempotency-Key", key);

    // The route is sent twice, the second time with the tag of the first.
    private async Task Unchanged(string target)
    {
        var tag = (await recorder.Expect(200, "GET", target)).Header("ETag")!;
        await recorder.Expect(304, "GET", target, null, ("If-None-Match", tag));
    }

    private async Task Description()
    {
        await recorder.Expect(200, "GET", "health");
        await recorder.Expect(200, "GET", "health/ready");
        await recorder.Expect(200, "GET", "metrics");
        await Unchanged("openapi.json");
    }

    private async Task Submissions()
    {
        await recorder.Expect(200, "POST", "jobs", Some.FullJob());
        await recorder.Expect(200, "POST", "jobs", $$"""[{{Some.Job("a")}},{{Some.Job("b", members: "\"dependsOn\":[\"#0\"]")}}]""");
        await recorder.Expect(200, "POST", "jobs?dryRun=true", Some.Job(members: "\"lease\":60,\"maxAttempts\":2"));
        await recorder.Expect(400, "POST", "jobs", "{}");
        await recorder.Expect(409, "POST", "jobs", Some.Job("a"));
        for (var i = 0; i < 2; i++) await recorder.Expect(200, "POST", "jobs", Some.Job("keyed", "k"), Key("k"));
        await recorder.Expect(422, "POST", "jobs", Some.Job("other"), Key("k"));
    }

    private async Task Lists()
    {
        foreach (var list in new[] { "jobs", "jobs/status" })
        {
            await Unchanged(list);
            await recorder.Expect(200, "GET", $"{list}?minimal=true");
            await recorder.Expect(200, "GET", $"{list}?states=queued,waiting&exclude_states=error&sort=priority&limit=1");
            await recorder.Expect(200, "GET", $"{list}?tags=4k&type=default&executor=w&batch=b&q=in&from=1");
            await recorder.Expect(200, "GET", $"{list}?from_date=2026-11-01&to_date=2030-01-01&updated_since=2026-11-01T00:00:00Z");
            await recorder.Expect(200, "GET", $"{list}?minimal=false&limit=1000&sort=updated&states=rendering&tags=4k,a+b&q=a%2Cb&type=");
            await recorder.Expect(400, "GET", $"{list}?state=queued");
        }
        await recorder.Expect(200, "GET", "export");
        await Unchanged("jobs/a");
        await Unchanged("jobs/a/status");
        await recorder.Expect(404, "GET", "jobs/nobody");
        await recorder.Expect(404, "GET", "jobs/nobody/status");
        await recorder.Expect(400, "GET", "jobs/a/status?position=perhaps");
        await recorder.Expect(200, "GET", "jobs/a/status?position=true");
        await recorder.Expect(200, "GET", "jobs/a/wait?timeout=0");
        await recorder.Expect(400, "GET", "jobs/a/wait?timeout=soon");
        await recorder.Expect(404, "GET", "jobs/nobody/wait");
    }

    private async Task Render()
    {
        var job = JsonNode.Parse((await recorder.Expect(200, "GET", "jobs/pickup/4k", null, Name("w"))).Text)!.AsObject();
        job["state"] = "started";
        job["startedAt"] = StartedAt;
        await recorder.Expect(200, "PUT", "jobs/full", job.ToJsonString(), Name("w"));
        job["startedAt"] = "2026-11-20T08:00:01.000Z";
        await recorder.Expect(409, "PUT", "jobs/full", job.ToJsonString(), Name("late"));
        var status = JsonNode.Parse((await recorder.Expect(200, "GET", "jobs/full/status")).Text)!.AsObject();
        (status["state"], status["renderProgress"]) = ("render:dorender", 40);
        await recorder.Expect(200, "PUT", "jobs/full", status.ToJsonString(), Name("w"));
        await recorder.Expect(200, "GET", "jobs/full/status?position=true");
        // A report of an attempt that has ended is answered with the status object.
        var report = """{"state":"render:dorender","startedAt":"2026-11-19T08:00:00.000Z"}""";
        var ignored = await recorder.Expect(200, "PUT", "jobs/full", report);
        Assert.Contains("jobExecutor", ignored.Names);
        (status["state"], status["finishedAt"]) = ("finished", "2026-11-20T09:00:00.000Z");
        await recorder.Expect(200, "PUT", "jobs/full", status.ToJsonString(), Name("w"));
        await recorder.Expect(200, "PUT", "jobs/a", """{"priority":5,"owner":{"name":"somebody"}}""");
        await recorder.Expect(400, "PUT", "jobs/a", """{"uid":"b"}""");
        await recorder.Expect(404, "PUT", "jobs/nobody", """{"priority":5}""");
    }

    private async Task Failure()
    {
        await recorder.Expect(200, "POST", "jobs", Some.Job("flaky", "f", members: "\"maxAttempts\":2"));
        var job = JsonNode.Parse((await recorder.Expect(200, "GET", "jobs/pickup/f", null, Name("w"))).Text)!.AsObject();
        job["state"] = "started";
        job["startedAt"] = StartedAt;
        await recorder.Expect(200, "PUT", "jobs/flaky", job.ToJsonString(), Name("w"));
        var failure = """{"uid":"flaky","state":"error","error":["broken","again"],"startedAt":"2026-11-20T08:00:00.000Z"}""";
        await recorder.Expect(200, "PUT", "jobs/flaky", failure, Name("w"));
        // It waits for its second attempt.
        Assert.IsNotNull((await recorder.Expect(200, "GET", "jobs/pickup/f")).Header("Retry-After"));
        Assert.Contains("lastError", (await recorder.Expect(200, "GET", "jobs/flaky/status")).Names);
        await recorder.Expect(200, "GET", "jobs?minimal=true");
        await recorder.Expect(200, "GET", "jobs/flaky");
        await recorder.Expect(200, "GET", "queue");
        foreach (var pickup in new[] { "jobs/pickup", "jobs/pickup/nothing" })
            await recorder.Expect(400, "GET", $"{pickup}?wait=soon", null, Name("w"));
        await recorder.Expect(200, "GET", "jobs/pickup/nothing?wait=0", null, Name("w"));
        await recorder.Expect(200, "GET", "jobs/pickup/nothing", null, Name("w"), ("User-Agent", "nexrender-worker/1.62.0"));
    }

    private async Task Actions()
    {
        foreach (var action in new[] { "cancel", "retry", "pause", "resume" })
        {
            await recorder.Expect(404, "PATCH", $"jobs/nobody/{action}");
            if (action != "cancel") await recorder.Expect(409, "PATCH", $"jobs/{(action == "retry" ? "keyed" : "full")}/{action}");
        }
        await recorder.Expect(200, "PATCH", "jobs/keyed/pause");
        await recorder.Expect(200, "PATCH", "jobs/keyed/resume");
        await recorder.Expect(400, "PATCH", "jobs/keyed/cancel", """{"reason":1}""");
        await recorder.Expect(200, "PUT", "jobs/keyed", """{"state":"render:dorender","renderProgress":5}""");
        var noted = await recorder.Expect(200, "PATCH", "jobs/keyed/cancel", """{"reason":"late"}""");
        Assert.Contains("note", noted.Names);
        await recorder.Expect(409, "PATCH", "jobs/keyed/cancel");
        await recorder.Expect(200, "PATCH", "jobs/keyed/retry");
        await recorder.Expect(200, "PATCH", "jobs/keyed/cancel", "null");
    }

    private async Task Bulk()
    {
        foreach (var action in new[] { "pause", "resume", "cancel", "retry" })
        {
            await recorder.Expect(200, "PATCH", $"jobs/{action}", """{"jobs":["a","nobody"],"reason":"late"}""");
            await recorder.Expect(200, "PATCH", $"jobs/{action}?tags=none&q=none&dryRun=true");
            await recorder.Expect(200, "PATCH", $"jobs/{action}?all=true&dryRun=true", "null");
            await recorder.Expect(400, "PATCH", $"jobs/{action}");
        }
        await recorder.Expect(200, "DELETE", "jobs?states=paused");
        await recorder.Expect(200, "DELETE", "jobs", """{"jobs":["flaky"]}""");
        await recorder.Expect(400, "DELETE", "jobs");
    }

    private async Task Batches()
    {
        var body = $$"""{"name":"Spots","jobs":[{{Some.Job("one")}},{},{{Some.Job("two")}}]}""";
        await recorder.Expect(200, "POST", "batches?dryRun=true", body);
        var id = (await recorder.Expect(200, "POST", "batches", body, Key("spots"))).Member("batchId");
        await recorder.Expect(200, "POST", "batches", body, Key("spots"));
        await recorder.Expect(422, "POST", "batches", """{"jobs":[]}""", Key("spots"));
        await recorder.Expect(400, "POST", "batches", """{"jobs":[]}""");
        await recorder.Expect(409, "POST", "batches", $$"""{"jobs":[{{Some.Job("one")}}]}""");
        await recorder.Expect(200, "PUT", "jobs/one", """{"state":"error","error":"broken"}""");
        await recorder.Expect(200, "GET", "batches");
        await recorder.Expect(200, "GET", $"batches/{id}");
        await recorder.Expect(404, "GET", "batches/nothing");
        await recorder.Expect(200, "GET", $"batches/{id}/wait?timeout=0");
        await recorder.Expect(400, "GET", $"batches/{id}/wait?timeout=301");
        await recorder.Expect(404, "GET", "batches/nothing/wait");
        await recorder.Expect(200, "PATCH", $"batches/{id}/cancel", """{"reason":"late"}""");
        await recorder.Expect(400, "PATCH", $"batches/{id}/cancel", """{"reason":1}""");
        foreach (var (method, path) in new[] { ("PATCH", "/cancel"), ("PATCH", "/retry"), ("DELETE", "") })
        {
            await recorder.Expect(404, method, $"batches/nothing{path}");
            await recorder.Expect(400, method, $"batches/{id}{path}?dryRun=perhaps");
            await recorder.Expect(200, method, $"batches/{id}{path}?dryRun=true");
        }
        await recorder.Expect(200, "PATCH", $"batches/{id}/retry");
        await recorder.Expect(200, "DELETE", $"batches/{id}");
    }

    private async Task Workers()
    {
        await recorder.Expect(200, "POST", "workers/heartbeat", """{"name":"w","jobs":[]}""", Name("w"));
        await recorder.Expect(200, "GET", "workers");
        await recorder.Expect(200, "GET", "workers/w");
        await recorder.Expect(404, "GET", "workers/nobody");
        await recorder.Expect(404, "PATCH", "workers/nobody/pause");
        await recorder.Expect(404, "PATCH", "workers/nobody/resume");
        await recorder.Expect(200, "PATCH", "workers/w/pause");
        Assert.AreEqual("{}", (await recorder.Expect(200, "GET", "jobs/pickup", null, Name("w"))).Text);
        await recorder.Expect(200, "PATCH", "workers/w/resume");
        Assert.AreNotEqual("{}", (await recorder.Expect(200, "GET", "jobs/pickup", null, Name("w"))).Text);
        await recorder.Expect(200, "GET", "workers");
        await recorder.Expect(200, "DELETE", "workers/nobody");
    }

    private async Task Queue()
    {
        await recorder.Expect(200, "POST", "jobs", Some.Job("next", "4k,gpu", priority: 2));
        await recorder.Expect(200, "GET", "queue");
        await recorder.Expect(200, "PATCH", "queue/pause");
        await recorder.Expect(200, "GET", "jobs/pickup");
        await recorder.Expect(200, "GET", "jobs/pickup/4k");
        await recorder.Expect(200, "PATCH", "queue/resume");
        await recorder.Expect(200, "GET", "stats");
    }

    private async Task Removals()
    {
        await recorder.Expect(200, "PUT", "jobs/next", """{"state":"render:dorender"}""");
        Assert.Contains("note", (await recorder.Expect(200, "DELETE", "jobs/next")).Names);
        await recorder.Expect(200, "DELETE", "jobs/next");
        await recorder.Expect(200, "PUT", "jobs/next", """{"state":"finished","startedAt":"2026-11-20T08:00:00.000Z"}""");
    }
}
