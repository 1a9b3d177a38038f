using System.Text;

namespace NexRender.Listener.Tests.Bench;

/// <summary>Prepares the requests of each operation.</summary>
internal static class Requests
{
    private const int AtMost = 4096;

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
        var progress = bytes.AsSpan().IndexOf("\"renderProgress\":42."u8);
        return new LoadRequest(bytes, progress < 0 ? -1 : progress + "\"renderProgress\":42.".Length);
    }

    private static IEnumerable<int> Spread(int jobs, Func<int, bool> fits)
    {
        var all = Enumerable.Range(0, jobs).Where(fits).ToArray();
        return all.Length <= AtMost ? all : Enumerable.Range(0, AtMost).Select(i => all[(int)((long)i * all.Length / AtMost)]);
    }
}
