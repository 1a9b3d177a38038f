using System.Text.Json.Nodes;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Life;

/// <summary>Sends the requests of an unmodified worker: the whole job when it begins, and status objects from then on.</summary>
/// <param name="client">Returns the client to send with; a server that was restarted has another one.</param>
/// <param name="name">The name that the worker gives itself.</param>
internal sealed class Worker(Func<TestClient> client, string name)
{
    private static readonly DateTime Epoch = new(2026, 11, 20, 8, 0, 0, DateTimeKind.Utc);
    private static int _begun;

    private JsonObject _job = [];
    private JsonObject? _beginning;
    private int _percent;

    public string Name => name;

    public string Uid => (string)_job["uid"]!;

    /// <summary>The token of the attempt.</summary>
    public string StartedAt => (string)_job["startedAt"]!;

    /// <summary>The same; <c>null</c> before the worker has begun.</summary>
    public string? Token => (string?)_job["startedAt"];

    /// <summary>The progress that it knows of.</summary>
    public int Percent => _percent;

    /// <summary>Takes a job, if there is one; the text of the answer is <c>{}</c> if there is none.</summary>
    public async Task<Answer> PickUp(string tags = "")
    {
        var answer = (await client().Send("GET", "jobs/pickup" + tags, null, ("nexrender-name", name))).Expect(200);
        if (answer.Text != "{}") Holds(answer);
        return answer;
    }

    /// <summary>Takes one certain job, which must be the next.</summary>
    public async Task<Worker> Take(string uid, string tags = "")
    {
        Assert.AreEqual(uid, (await PickUp(tags)).Member("uid"));
        return this;
    }

    /// <summary>Begins and reports it; called again, it repeats the report.</summary>
    public Task<Answer> Start()
    {
        _job["startedAt"] ??= NewToken();
        if (_beginning is null)
        {
            _beginning = _job.DeepClone().AsObject();
            _beginning["state"] = "started";
        }

        return Put(_beginning);
    }

    public Task<Answer> Progress(int percent, string? error = null, string state = "render:dorender")
    {
        _percent = percent;
        return Put(Status(state, error));
    }

    public Task<Answer> RenderError(string text) => Put(Status("started", text));

    public Task<Answer> Finish(string? error = null)
    {
        var status = Status("finished", error);
        status["finishedAt"] = "2026-11-20T09:00:00.000Z";
        return Put(status);
    }

    public Task<Answer> Fail(string text)
    {
        var status = Status("error", text);
        status["errorAt"] = "2026-11-20T09:00:00.000Z";
        return Put(status);
    }

    /// <summary>Gives the job back, as a worker that is interrupted does.</summary>
    public Task<Answer> PutBack(string? error = null) => Put(Status("queued", error));

    /// <summary>Takes a job, begins with it, and reports.</summary>
    public async Task<Worker> Render(string uid, int percent = 0, string tags = "")
    {
        await Take(uid, tags);
        (await Start()).Expect(200);
        if (percent > 0) (await Progress(percent)).Expect(200);
        return this;
    }

    private static string NewToken() => $"{Epoch.AddMilliseconds(Interlocked.Increment(ref _begun)):yyyy-MM-ddTHH:mm:ss.fffZ}";

    private void Holds(Answer picked)
    {
        _job = JsonNode.Parse(picked.Text)!.AsObject();
        (_beginning, _percent) = (null, 0);
    }

    private JsonObject Status(string state, string? error)
    {
        _job["startedAt"] ??= NewToken();
        JsonObject status = new() { ["uid"] = Uid, ["state"] = state };
        foreach (var key in new[] { "type", "tags" }) status[key] = _job[key]?.DeepClone();
        (status["renderProgress"], status["error"]) = (_percent, error);
        foreach (var key in new[] { "createdAt", "updatedAt", "startedAt" }) status[key] = _job[key]?.DeepClone();
        (status["finishedAt"], status["errorAt"]) = (null, null);
        status["jobCreator"] = _job["creator"]?.DeepClone();
        status["jobExecutor"] = _job["executor"]?.DeepClone();
        status["timings"] = new JsonObject { ["render"] = 1 };
        return status;
    }

    private Task<Answer> Put(JsonObject body) =>
        client().Json("PUT", $"jobs/{Uid}", body.ToJsonString(), ("nexrender-name", name));
}
