using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.OpenApi;

/// <summary>Every request that changes something, to a server whose disk does not accept it.</summary>
/// <param name="recorder">Sends them.</param>
internal sealed class BrokenSession(Recorder recorder)
{
    private string _batch = "";

    /// <summary>Stores what the requests are about, while the disk works.</summary>
    public async Task Prepare()
    {
        foreach (var uid in new[] { "queued", "tagged", "paused", "ended" })
            await recorder.Expect(200, "POST", "jobs", Some.Job(uid, uid == "tagged" ? "4k" : null));
        await recorder.Expect(200, "PATCH", "jobs/paused/pause");
        await recorder.Expect(200, "PATCH", "jobs/ended/cancel");
        _batch = (await recorder.Expect(200, "POST", "batches", $$"""{"jobs":[{{Some.Job("one")}},{{Some.Job("two")}}]}"""))
            .Member("batchId");
        await recorder.Expect(200, "PATCH", "jobs/two/cancel");
        foreach (var worker in new[] { "w", "p" })
            await recorder.Expect(200, "POST", "workers/heartbeat", "{}", ("nexrender-name", worker));
        await recorder.Expect(200, "PATCH", "workers/p/pause");
    }

    /// <summary>Sends the requests, which must all get the same status.</summary>
    public async Task Run(int status)
    {
        await recorder.Expect(status, "POST", "jobs", Some.Job());
        await recorder.Expect(status, "PUT", "jobs/queued", """{"priority":1}""");
        await recorder.Expect(status, "DELETE", "jobs/queued");
        await recorder.Expect(status, "GET", "jobs/pickup");
        await recorder.Expect(status, "GET", "jobs/pickup/4k");
        await recorder.Expect(status, "PATCH", "jobs/queued/cancel");
        await recorder.Expect(status, "PATCH", "jobs/ended/retry");
        await recorder.Expect(status, "PATCH", "jobs/queued/pause");
        await recorder.Expect(status, "PATCH", "jobs/paused/resume");
        foreach (var action in new[] { "cancel", "retry", "pause", "resume" })
            await recorder.Expect(status, "PATCH", $"jobs/{action}?all=true");
        await recorder.Expect(status, "DELETE", "jobs?all=true");
        await recorder.Expect(status, "POST", "batches", $$"""{"jobs":[{{Some.Job()}}]}""");
        await recorder.Expect(status, "PATCH", $"batches/{_batch}/cancel");
        await recorder.Expect(status, "PATCH", $"batches/{_batch}/retry");
        await recorder.Expect(status, "DELETE", $"batches/{_batch}");
        await recorder.Expect(status, "PATCH", "workers/w/pause");
        await recorder.Expect(status, "PATCH", "workers/p/resume");
        await recorder.Expect(status, "DELETE", "workers/p");
        await recorder.Expect(status, "PATCH", "queue/pause");
        await recorder.Expect(503, "GET", "health/ready");
    }
}
