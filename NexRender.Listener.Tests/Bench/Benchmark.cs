using System.Diagnostics;

namespace NexRender.Listener.Tests.Bench;

/// <summary>Measures all servers in turn for each number of jobs, so that what slows the machine down affects all of them.</summary>
internal sealed class Benchmark : IDisposable
{
    private const int OriginalAtMost = 10_000;
    private static readonly Operation[] Reading = [Operation.Put, Operation.Get, Operation.Pickup];

    // The original and earlier versions ignore a query and send all jobs.
    private static readonly Operation[] Lists = [Operation.Page, Operation.Minimal, Operation.Unchanged];

    private readonly BenchOptions _options;
    private readonly string _folder;
    private readonly Results _results;
    private readonly CancellationToken _stop;
    private string? _original;
    private Target? _echo;
    private Target? _redis;

    public Benchmark(BenchOptions options, string folder, Results results, CancellationToken stop)
    {
        _options = options;
        _folder = folder;
        _results = results;
        _stop = stop;
    }

    public void Run()
    {
        _original = _options.Original ? OriginalPackage.Install(Path.Combine(_folder, "original")) : null;
        _echo = _options.Echo ? Target.Echo() : null;
        _echo?.WaitUntilItListens(_stop);
        _redis = _options.Redis ? StartRedis() : null;
        _redis?.WaitUntilItListens(_stop);
        if (_options.Only.Contains(Operation.Start)) new StartMeasurement(_options, _folder, _original, _results, _stop).Run();
        foreach (var size in _options.Sizes)
        {
            for (var i = 0; i < (_options.Sizes.Length < _options.Rounds ? _options.Rounds : 1); i++) MeasureCeilings();
            if (_options.Executable is { } executable)
            {
                Func<string, Target> direct = database => Target.Listener(executable, database);
                Func<string, Target> gate = database => Target.Gate(executable, database);
                List<Func<string, Target>> servers = _options.Gate ? [direct, gate] : [direct];
                if (_options.Before is { } before) servers.Add(database => Target.Listener(before, database, TargetKind.Before));
                MeasureServers(servers, size, queued: true);
            }
            if (_options.Executable is not null && size == _options.MiddleSize) MeasureWaiting(_options.Executable, size);
            if (_original is not null && size <= OriginalAtMost)
            {
                MeasureServers([database => Target.Original(_original, database)], size, queued: false);
            }
        }
    }

    public void Dispose()
    {
        _echo?.Dispose();
        _redis?.Dispose();
    }

    private Target? StartRedis()
    {
        try
        {
            return Target.Redis(Directory.CreateDirectory(Path.Combine(_folder, "redis")).FullName);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Console.Error.WriteLine("Redis is omitted: redis-server is not installed");
            return null;
        }
    }

    private void MeasureCeilings()
    {
        foreach (var connections in _options.Connections)
        {
            if (_echo is not null)
            {
                foreach (var operation in _options.Only.Intersect([Operation.Put, Operation.Get]))
                {
                    Measure(_echo, operation, 0, connections, Requests.For(operation, _echo, 1000));
                }
            }
            if (_redis is not null && _options.Only.Contains(Operation.Put))
            {
                Measure(_redis, Operation.Put, 0, connections, Requests.RedisSet());
            }
        }
    }

    // What shall be compared runs at the same time and is measured in turn, a round of one after a round of the other.
    private void MeasureServers(IEnumerable<Func<string, Target>> starts, int size, bool queued)
    {
        WithServers(starts, size, targets =>
        {
            // Creating jobs makes the database larger, so it comes last; the list is measured before.
            MeasureRounds(targets, size, _options.Only.Intersect(Reading));
            if (targets.TrueForAll(target => target.Kind is TargetKind.Listener or TargetKind.Gate))
                MeasureRounds(targets, size, _options.Only.Intersect(Lists));
            if (_options.Only.Contains(Operation.List)) MeasureList(targets[0], size);
            if (targets[0].Kind == TargetKind.Listener && _options.Only.Contains(Operation.Many)) MeasureMany(targets[0], size);
            if (targets[0].Kind == TargetKind.Listener && size == _options.Sizes[^1] && _options.Only.Contains(Operation.Checkpoint))
            {
                new CheckpointMeasurement(targets[0], targets[0].Database, size, _results, _stop).Run();
            }
            MeasureRounds(targets, size, _options.Only.Intersect([Operation.Post]));
            foreach (var target in targets)
            {
                _results.Add(new Cell(target.Kind, Operation.Start, size, What: "loaded"), target.ResidentMegabytes);
            }
        }, queued);
    }

    private void WithServers(IEnumerable<Func<string, Target>> starts, int size, Action<List<Target>> measure, bool queued = true)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_folder, "data-" + Path.GetRandomFileName())).FullName;
        var targets = new List<Target>();
        try
        {
            foreach (var start in starts)
                targets.Add(StartServer(start, Path.Combine(folder, $"database-{targets.Count}.js"), size, queued));
            measure(targets);
        }
        finally
        {
            foreach (var target in targets) target.Dispose();
        }
        Directory.Delete(folder, recursive: true);
    }

    // Servers of their own: what watches or waits leaves something behind, and the others must have none of it.
    private void MeasureWaiting(string executable, int size)
    {
        Func<string, Target> direct = database => Target.Listener(executable, database);
        Func<string, Target> gate = database => Target.Gate(executable, database);
        var time = TimeSpan.FromSeconds(_options.Seconds);
        foreach (var start in _options.Gate ? new[] { direct, gate } : [direct])
        {
            if (!_options.Only.Contains(Operation.Watch)) break;
            WithServers([start, start], size, servers =>
                new WatchMeasurement(servers[0], servers[1], size, _results, _stop).Run(_options.Rounds, time));
        }
        for (var round = 0; round < _options.Rounds; round++)
        {
            foreach (var count in new[] { 1, HeldMeasurement.Many })
            {
                if (!_options.Only.Contains(Operation.Held)) return;
                WithServers([direct], size, servers =>
                {
                    using var held = new HeldMeasurement(servers[0], count, size, _results, _stop);
                    held.Run(time);
                });
            }
        }
    }

    private Target StartServer(Func<string, Target> start, string database, int size, bool queued)
    {
        SampleJobs.Write(database, size, queued);
        var target = start(database);
        target.WaitUntilItListens(_stop);
        Probe.Send(target, Requests.For(Operation.Get, target, 1)[0]);
        _results.Add(new Cell(target.Kind, Operation.Start, size, What: "resident"), target.ResidentMegabytes);
        return target;
    }

    private void MeasureRounds(List<Target> targets, int size, IEnumerable<Operation> operations)
    {
        var prepared = operations.Select(operation => (
            operation,
            Requests: targets.Select(target => (Target: target, Requests: Requests.For(operation, target, size))).ToList())).ToList();
        for (var round = 0; round < _options.Rounds; round++)
        {
            foreach (var connections in _options.Connections)
            {
                foreach (var (operation, all) in prepared)
                {
                    foreach (var (target, requests) in all) Measure(target, operation, size, connections, requests);
                }
            }
        }
    }

    private void Measure(Target target, Operation operation, int size, int connections, LoadRequest[] requests)
    {
        var time = TimeSpan.FromSeconds(_options.Seconds);
        var result = LoadGenerator.Run(target, requests, connections, time, _stop);
        _results.Add(new Cell(target.Kind, operation, size, connections), result.PerSecond);
        _results.Add(new Cell(target.Kind, operation, size, connections, "p99"), result.P99);
        var trouble = result.Errors == 0 ? "" : $"  {result.Errors} errors, first: {result.FirstError?.ReplaceLineEndings(" | ")}";
        Console.Error.WriteLine(
            $"{target.Kind,-8} {operation,-6} {size,9:N0} jobs {connections,4} connections "
            + $"{result.PerSecond,9:N0}/s  p99 {result.P99:0.00} ms{trouble}");
    }

    private void MeasureMany(Target target, int size)
    {
        using var many = new ManyMeasurement(target, size, _results, _stop);
        many.Run(_options.Rounds);
    }

    private void MeasureList(Target target, int size)
    {
        var request = Requests.For(Operation.List, target, size)[0];
        for (var round = 0; round < _options.Rounds; round++)
        {
            _stop.ThrowIfCancellationRequested();
            var began = Stopwatch.GetTimestamp();
            var length = Probe.Send(target, request);
            var took = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
            _results.Add(new Cell(target.Kind, Operation.List, size), took);
            Console.Error.WriteLine($"{target.Kind,-8} {Operation.List,-6} {size,9:N0} jobs {length / 1e6:N1} MB in {took:N1} ms");
        }
    }
}
