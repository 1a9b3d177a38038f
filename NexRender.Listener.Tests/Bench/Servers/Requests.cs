using System.Text;
using NexRender.Listener.Tests.Bench.Load;
using NexRender.Listener.Tests.Bench.Measurements;

namespace NexRender.Listener.Tests.Bench.Servers;

/// <summary>Prepares the requests of each operation.</summary>
internal static class Requests
{
    private const int AtMost = 4096;
    private static readonly byte[] Counter = Encoding.UTF8.GetBytes("42." + LoadRequest.CounterPlace);

    /// <summary>Prepares requests for a database of <paramref name="jobs"/> jobs, with uids from all parts of it.</summary>
    public static LoadRequest[] For(Operation operation, Target target, int jobs) => operation switch
    {
        Operation.Put => [.. Spread(jobs, number => SampleJobs.State(number) == "started")
            .Select(number => Http(target, "PUT", "/api/v1/jobs/" + SampleJobs.Uid(number), SampleJobs.Progress(number)))],
        Operation.Get => [.. Spread(jobs, _ => true).Select(number => Http(target, "GET", "/api/v1/jobs/" + SampleJobs.Uid(number)))],
        // This version of the original has no tags, so its database has nothing queued.
        Operation.Pickup => [Http(target, "GET", "/api/v1/jobs/pickup" + (target.Kind == TargetKind.Original ? "" : "/no-such-tag"))],
        Operation.Post => [.. Enumerable.Range(0, AtMost)
            .Select(number => Http(target, "POST", "/api/v1/jobs", SampleJobs.Posted(number)))],
        Operation.List => [Http(target, "GET", "/api/v1/jobs")],
        Operation.Page => [Http(target, "GET", "/api/v1/jobs?states=queued&limit=50")],
        Operation.Minimal => [Http(target, "GET", "/api/v1/jobs?states=finished&limit=50&minimal=true&sort=newest_first")],
        Operation.Unchanged => [Http(target, "GET", "/api/v1/jobs", headers: "If-None-Match: *\r\n")],
        _ => throw new ArgumentOutOfRangeException(nameof(operation)),
    };

    /// <summary>
    /// Prepares pickups that find a job, each followed on the same connection by a PUT that returns it to the queue. At this server each
    /// connection is a worker with a name and a tag of its own, for a job of its own, which is created; the original knows no tags, and
    /// gets pairs of any pickup and a job that was queued.
    /// </summary>
    public static LoadRequest[] Take(Target target, int jobs, int connections)
    {
        const string back = "{\"state\":\"queued\"}";
        var numbers = Enumerable.Range(0, connections).ToList();
        if (target.Kind == TargetKind.OriginalOnRedis)
        {
            var queued = Enumerable.Range(0, jobs).Where(number => SampleJobs.State(number) == "queued").ToList();
            return [.. numbers.Select(_ => Http(target, "GET", "/api/v1/jobs/pickup")), .. numbers.Select(number =>
                Http(target, "PUT", "/api/v1/jobs/" + SampleJobs.Uid(queued[number % queued.Count]), back))];
        }
        var created = string.Join(',', numbers.Select(number => SampleJobs.Own(number, connections)));
        Probe.Send(target, Http(target, "POST", "/api/v1/jobs", $"[{created}]"));
        target.Created += connections;
        return [.. numbers.Select(number => Http(target, "GET", "/api/v1/jobs/pickup/" + SampleJobs.OwnName(number, connections),
            headers: $"nexrender-name: {SampleJobs.OwnName(number, connections)}\r\n")), .. numbers.Select(number =>
            Http(target, "PUT", "/api/v1/jobs/" + SampleJobs.OwnName(number, connections), back))];
    }

    /// <summary>PUTs that change most of a job and never repeat, for jobs from all parts of the database.</summary>
    public static LoadRequest[] Edits(Target target, int jobs, int atMost) => [.. Spread(jobs, _ => true, atMost)
        .Select(number => Http(target, "PUT", "/api/v1/jobs/" + SampleJobs.Uid(number), SampleJobs.Edited(number)))];

    /// <summary>SETs of values as large as a job.</summary>
    public static LoadRequest[] RedisSet() => [.. Enumerable.Range(0, AtMost).Select(number =>
    {
        var key = SampleJobs.Uid(number);
        var value = SampleJobs.Stored(number, "started");
        return new LoadRequest(Encoding.UTF8.GetBytes(
            $"*3\r\n$3\r\nSET\r\n${key.Length}\r\n{key}\r\n${Encoding.UTF8.GetByteCount(value)}\r\n{value}\r\n"));
    })];

    public static LoadRequest Http(Target target, string method, string path, string? body = null, string headers = "")
    {
        var length = body is null ? "" : $"Content-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n";
        var bytes = Encoding.UTF8.GetBytes($"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{target.Port}\r\n{headers}{length}\r\n{body}");
        var counter = bytes.AsSpan().IndexOf(Counter);
        return new LoadRequest(bytes, counter < 0 ? -1 : counter + Counter.Length - LoadRequest.CounterPlace.Length);
    }

    private static IEnumerable<int> Spread(int jobs, Func<int, bool> fits, int atMost = AtMost)
    {
        var all = Enumerable.Range(0, jobs).Where(fits).ToArray();
        return all.Length <= atMost ? all : Enumerable.Range(0, atMost).Select(i => all[(int)((long)i * all.Length / atMost)]);
    }
}
