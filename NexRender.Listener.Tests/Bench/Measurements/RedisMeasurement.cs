using System.Diagnostics;
using NexRender.Listener.Tests.Bench.Load;
using NexRender.Listener.Tests.Bench.Servers;

namespace NexRender.Listener.Tests.Bench.Measurements;

/// <summary>
/// Measures this server and the original with their jobs in Redis, which syncs every change: throughput, starts, and the time until another
/// server takes over from a leader that was killed. Each of them has a Redis of its own.
/// </summary>
internal sealed class RedisMeasurement(
    BenchOptions options, string folder, string? original, ThroughputMeasurement throughput, Results results, CancellationToken stop)
{
    /// <summary>The figures of a start with jobs of the original, of one with jobs of this server, and of a takeover.</summary>
    public const string FirstTime = "first time", Time = "time", Takeover = "takeover";

    public static readonly int[] Connections = [32, 256];

    // POSTs come last, because they add jobs.
    public static readonly Operation[] Operations = [Operation.Put, Operation.Take, Operation.Post];

    // A pickup of the original reads all jobs, one after the other.
    private static readonly TimeSpan DrainAtMost = TimeSpan.FromSeconds(5);

    private readonly string _executable = options.Executable!;

    public void Run()
    {
        foreach (var size in options.RedisSizes)
        {
            WithRedis(size, redis => MeasureOwn(redis, size));
            if (original is not null) WithRedis(size, redis => MeasureOriginal(redis, size));
        }
        WithRedis(options.RedisStart, redis => MeasureStarts(redis, options.RedisStart));
    }

    private void WithRedis(int jobs, Action<Target> measure)
    {
        var data = Directory.CreateDirectory(Path.Combine(folder, "redis-" + Path.GetRandomFileName())).FullName;
        using (var redis = Target.Redis(data))
        {
            redis.WaitUntilItListens(stop);
            SampleJobs.WriteToRedis(redis.Port, jobs).GetAwaiter().GetResult();
            measure(redis);
        }
        Directory.Delete(data, recursive: true);
    }

    private void MeasureOwn(Target redis, int size)
    {
        using var server = Target.ListenerOnRedis(_executable, redis);
        AwaitJob(server, size, Stopwatch.GetTimestamp());
        var cells = (from operation in Operations
                     from connections in Connections
                     let requests = ThroughputMeasurement.Prepare(server, operation, size, connections)
                     select (operation, connections, requests)).ToList();
        for (var round = 0; round < options.Rounds; round++)
        {
            foreach (var (operation, connections, requests) in cells) throughput.Measure(server, operation, size, connections, requests);
        }
    }

    // A server that has not responded in time is replaced: what it still does would disturb the next measurement.
    private void MeasureOriginal(Target redis, int size)
    {
        Target? server = null;
        try
        {
            foreach (var operation in Operations)
            {
                foreach (var connections in Connections) server = MeasureOriginal(server, redis, operation, size, connections);
            }
        }
        finally
        {
            server?.Dispose();
        }
    }

    private Target? MeasureOriginal(Target? running, Target redis, Operation operation, int size, int connections)
    {
        var server = running;
        for (var round = 0; round < options.Rounds; round++)
        {
            server ??= Target.OriginalOnRedis(original!, redis);
            server.WaitUntilItListens(stop);
            var requests = ThroughputMeasurement.Prepare(server, operation, size, connections);
            var result = throughput.Measure(server, operation, size, connections, requests, DrainAtMost);
            if (result.IsDrained) continue;
            server.Dispose();
            server = null;
            // More rounds of nothing say no more.
            if (result.Latencies.Count == 0) break;
        }
        return server;
    }

    private void MeasureStarts(Target redis, int size)
    {
        for (var round = 0; round <= options.Rounds; round++)
        {
            var began = Stopwatch.GetTimestamp();
            using var server = Target.ListenerOnRedis(_executable, redis);
            Add(size, round == 0 ? FirstTime : Time, AwaitJob(server, size, began));
            server.Terminate();
        }
        var leader = Target.ListenerOnRedis(_executable, redis);
        try
        {
            AwaitJob(leader, size, Stopwatch.GetTimestamp());
            for (var round = 0; round < options.Rounds; round++)
            {
                var standby = Target.ListenerOnRedis(_executable, redis);
                var killed = 0L;
                using (var dying = leader)
                {
                    leader = standby;
                    AwaitStandby(standby, dying);
                    killed = Stopwatch.GetTimestamp();
                }
                Add(size, Takeover, AwaitJob(standby, size, killed));
            }
        }
        finally
        {
            leader.Dispose();
        }
    }

    private TimeSpan AwaitJob(Target server, int size, long began) => Probe.FirstResponse(
        server, Requests.Http(server, "GET", "/api/v1/jobs/" + SampleJobs.Uid(size - 1)), began, stop, mayRefuse: true);

    // It is ready to take over when it names the leader.
    private void AwaitStandby(Target standby, Target leader)
    {
        standby.WaitUntilItListens(stop);
        using var client = new HttpClient();
        var began = Stopwatch.GetTimestamp();
        while (true)
        {
            using var answer = client.GetAsync($"http://127.0.0.1:{standby.Port}/api/v1/health/ready", stop).GetAwaiter().GetResult();
            if (answer.Content.ReadAsStringAsync(stop).GetAwaiter().GetResult().Contains($":{leader.Port} leads")) return;
            if (Stopwatch.GetElapsedTime(began) > TimeSpan.FromSeconds(30)) throw new TimeoutException("the server does not stand by");
            stop.WaitHandle.WaitOne(10);
        }
    }

    private void Add(int size, string what, TimeSpan time)
    {
        results.Add(new Cell(TargetKind.ListenerOnRedis, Operation.Redis, size, What: what), time.TotalMilliseconds);
        Console.Error.WriteLine($"{TargetKind.ListenerOnRedis,-8} {size,9:N0} jobs in Redis, {what} {time.TotalMilliseconds:N0} ms");
    }
}
