using NexRender.Listener.Jobs;
using NexRender.Listener.Jobs.Lifecycle.Reports;
using NexRender.Listener.Json;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Life;

/// <summary>Does the same random things to a server and to the model.</summary>
internal sealed class RandomLife(Farm farm, Random random)
{
    private const int MostJobs = 10, MostAttempts = 16;

    private static readonly string[] Workers = ["w1", "w2", "w3"];

    private readonly LifeModel _model = new();
    private readonly List<Attempt> _attempts = [];
    private int _number;

    private DateTimeOffset Now => farm.Clock.GetUtcNow();

    /// <summary>Does one random thing, asserts the answer, and describes what it did.</summary>
    public Task<string> Step() => random.Next(100) switch
    {
        < 12 => Post(),
        < 32 => PickUp(),
        < 74 => Report(),
        < 88 => Act(),
        < 90 => Remove(),
        < 99 => Wait(),
        _ => Restart(),
    };

    /// <summary>Asserts that the server lists what the model does.</summary>
    public async Task Compare(string what)
    {
        var expected = string.Join('\n', _model.Lines);
        var actual = "";
        // Expired jobs are requeued by a timer of the server, which may be at work.
        for (var attempt = 0; attempt < 1000; attempt++)
        {
            actual = string.Join('\n', (await farm.Server.Get("jobs")).Expect(200).Json.EnumerateArray().Select(ModelJob.Line));
            if (actual == expected) return;
            farm.Clock.Tick();
        }

        Assert.AreEqual(expected, actual, what);
    }

    private async Task<string> Post()
    {
        var old = _model.Jobs.FindAll(job => job.IsDone);
        var uid = old.Count > 0 && (_model.Jobs.Count >= MostJobs || random.Next(4) == 0) ? Any(old).Uid : $"job-{_number++}";
        if (_model.Jobs.Count >= MostJobs && _model.Find(uid) is null) uid = Any(_model.Jobs).Uid;
        (await farm.Server.Post(Some.Job(uid))).Expect(_model.Post(uid, Now));
        return $"post {uid}";
    }

    private async Task<string> PickUp()
    {
        var worker = farm.Worker(Any(Workers));
        var expected = _model.PickUp(worker.Name, Now);
        var answer = await worker.PickUp();
        Assert.AreEqual(expected?.Uid, answer.Text == "{}" ? null : answer.Member("uid"), $"{worker.Name} asks");
        if (expected is null) return $"{worker.Name} gets nothing";
        _attempts.Add(new Attempt(worker, expected.Uid));
        if (_attempts.Count > MostAttempts) _attempts.RemoveAt(0);
        return $"{worker.Name} gets {expected.Uid}";
    }

    private async Task<string> Report()
    {
        if (_attempts.Count == 0) return "nobody reports";
        var attempt = Any(_attempts);
        var worker = attempt.Worker;
        var kind = Any("start start progress progress progress render-error finish fail fail put-back".Split(' '));
        var (text, percent) = ($"text {_number++}.", random.Next(1, 100));
        var answer = await (kind switch
        {
            "start" => worker.Start(),
            "progress" => worker.Progress(percent),
            "render-error" => worker.RenderError(text),
            "finish" => worker.Finish(),
            "fail" => worker.Fail(text),
            _ => worker.PutBack(),
        });
        var isKnown = _model.Find(attempt.Uid) is not null || _model.WasRemoved(attempt.Uid);
        answer.Expect(kind == "start" ? _model.Start(attempt, Now) : isKnown ? 200 : 404);
        if (kind == "progress") _model.Progress(attempt, percent, Now);
        if (kind == "render-error") _model.Error(attempt, text, Now);
        if (kind == "finish") _model.End(attempt, null, worker.Percent, Now);
        if (kind == "fail") _model.End(attempt, text, worker.Percent, Now);
        if (kind == "put-back") _model.PutBack(attempt, Now);
        return $"{worker.Name} reports {kind} {percent} on {attempt.Uid}";
    }

    private async Task<string> Act()
    {
        if (_model.Jobs.Count == 0) return "nobody acts";
        var job = Any(_model.Jobs);
        var action = Any("cancel retry retry pause resume resume queue".Split(' '));
        if (action == "queue") (await farm.Edit(job.Uid, """{"state":"queued"}""")).Expect(200);
        else (await farm.Act(job.Uid, action)).Expect(_model.Act(job, action, Now));
        if (action == "queue") _model.Queue(job, Now);
        return $"{action} {job.Uid}";
    }

    private async Task<string> Remove()
    {
        if (_model.Jobs.Count == 0) return "nothing to remove";
        var job = Any(_model.Jobs);
        (await farm.Server.Delete($"jobs/{job.Uid}")).Expect(200);
        _model.Remove(job);
        return $"remove {job.Uid}";
    }

    private Task<string> Wait()
    {
        int[] lengths = [1, 10, 29, 30, 59, 60, 119, 120, 300];
        var seconds = Any(lengths);
        farm.Clock.Advance(TimeSpan.FromSeconds(seconds));
        _model.Expire(Now);
        return Task.FromResult($"{seconds} s pass");
    }

    private async Task<string> Restart()
    {
        await farm.Server.Restart();
        _model.Restart(Now);
        return "restart";
    }

    private T Any<T>(IReadOnlyList<T> of) => of[random.Next(of.Count)];
}
