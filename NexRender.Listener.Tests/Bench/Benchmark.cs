using System.Diagnostics;
using NexRender.Listener.Tests.Bench.Load;
using NexRender.Listener.Tests.Bench.Measurements;
using NexRender.Listener.Tests.Bench.Servers;

namespace NexRender.Listener.Tests.Bench;

/// <summary>Measures all servers in turn for each number of jobs, so that what slows the machine down affects all of them.</summary>
internal sealed class Benchmark : IDisposable
{
    private const int OriginalAtMost = 10_000, OriginalAtMostQuick = 1000;

    // Operations that leave the number of jobs as it is.
    private static readonly Operation[] Reading = [Operation.Put, Operation.Get, Operation.Pickup];

    // The original and earlier versions ignore a query and send all jobs.
    private static readonly Operation[] Lists = [Operation.Page, Operation.Minimal, Operation.Unchanged];

    // Operations that are measured with servers of their own.
    private static readonly Operation[] Apart = [Operation.Start, Operation.Watch, Operation.Held, Operation.Redis];

    private readonly BenchOptions _options;
    private readonly string _folder;
    private readonly Results _results;
    private readonly CancellationToken _stop;
    private readonly ThroughputMeasurement _throughput;
    private string? _original;
    private Target? _echo;
    private Target? _redis;

    public Benchmark(BenchOptions options, string folder, Results results, CancellationToken stop)
    {
        _options = options;
        _folder = folder;
        _results = results;
        _stop = stop;
        _throughput = new ThroughputMeasurement(options, results, stop);
    }

    public void Run()
    {
        _original = _options.Original ? OriginalPackage.Install(Path.Combine(_folder, "original")) : null;
        _echo = _options.Echo ? Target.Echo() : null;
        _echo?.WaitUntilItListens(_stop);
        _redis = _options.Redis ? StartRedis() : null;
        _redis?.WaitUntilItListens(_stop);
        if (!OpenFiles.Allow(BenchOptions.ManyConnections)) Console.Error.WriteLine("4,096 connections are omitted: ulimit -n is too low");
        if (_options.Has(Operation.Start)) Try("start", new StartMeasurement(_options, _folder, _original, _results, _stop).Run);
        foreach (var size in _options.Sizes)
        {
            // With few sizes the ceilings are measured as often as everything else.
            for (var i = 0; i < (_options.Sizes.Length < _options.Rounds ? _options.Rounds : 1); i++)
                _throughput.Ceilings(_echo, _redis, size);
            if (_options.Executable is { } executable) MeasureListeners(executable, size);
            if (_original is not null && size <= (_options.Quick ? OriginalAtMostQuick : OriginalAtMost))
                Try("the original", () => MeasureServers([database => Target.Original(_original, database)], size, queued: false));
        }
        if (_redis is not null && _options.Executable is not null && _options.Has(Operation.Redis))
            Try("Redis as the store", new RedisMeasurement(_options, _folder, _original, _throughput, _results, _stop).Run);
    }

    public void Dispose()
    {
        _echo?.Dispose();
        _redis?.Dispose();
    }

    // A section that fails does not take the figures of the others with it.
    private void Try(string section, Action measure)
    {
        var began = Stopwatch.GetTimestamp();
        try
        {
            measure();
        }
        catch (Exception problem) when (BenchCommand.IsExpected(problem))
        {
            _results.Problems.Add($"{section}: {problem.Message}");
            Console.Error.WriteLine($"{section}: {problem.Message}");
        }
        Console.Error.WriteLine($"-- {section}: {Stopwatch.GetElapsedTime(began).TotalSeconds:N0} s");
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

    private void MeasureListeners(string executable, int size)
    {
        Func<string, Target> direct = database => Target.Listener(executable, database);
        Func<string, Target> gate = database => Target.Gate(executable, database);
        List<Func<string, Target>> servers = [direct];
        // The gate knows nothing of jobs, so that two numbers of them are enough to show its cost.
        if (_options.Gate && (size == _options.MiddleSize || size == _options.Sizes[^1])) servers.Add(gate);
        if (_options.Before is { } before) servers.Add(database => Target.Listener(before, database, TargetKind.Before));
        Try($"{size:N0} jobs", () => MeasureServers(servers, size, queued: true));
        if (size != _options.MiddleSize) return;
        if (_options.Has(Operation.Watch))
            Try("watchers", () => MeasureWatchers(_options.Gate ? [direct, gate] : [direct], size));
        if (_options.Has(Operation.Held)) Try("held pickups", () => MeasureHeld(direct, size));
    }

    // What shall be compared runs at the same time and is measured in turn, a round of one after a round of the other.
    private void MeasureServers(IEnumerable<Func<string, Target>> starts, int size, bool queued)
    {
        if (!_options.Only.Except(Apart).Any()) return;
        WithServers(starts, size, targets =>
        {
            // Creating jobs makes the database larger, so it comes last; the lists are measured before.
            _throughput.Rounds(targets, size, _options.Only.Intersect(Reading));
            if (_options.Only.Intersect(Reading).Any()) AddMemory(targets, size, "read");
            if (targets[0].Kind == TargetKind.Listener) MeasureListener(targets, size);
            if (_options.Has(Operation.List)) _throughput.List(targets[0], size);
            if (targets[0].Kind == TargetKind.Listener) _throughput.Rounds(targets, size, _options.Only.Intersect([Operation.Take]));
            _throughput.Rounds(targets, size, _options.Only.Intersect([Operation.Post]));
            if (!_options.Has(Operation.Post)) return;
            AddMemory(targets, size, "posted");
            foreach (var target in targets) _results.Add(new Cell(target.Kind, Operation.Start, size, What: "jobs"), size + target.Created);
        }, queued);
    }

    private void MeasureListener(List<Target> targets, int size)
    {
        var isLargest = size == _options.Sizes[^1];
        if (size == _options.MiddleSize || isLargest)
        {
            _throughput.Rounds([.. targets.Where(target => target.Kind != TargetKind.Before)], size, _options.Only.Intersect(Lists));
            if (_options.Has(Operation.Many))
            {
                using var many = new ManyMeasurement(targets[0], size, _results, _stop);
                many.Run(_options.Rounds);
            }
        }
        if (isLargest && _options.Has(Operation.Checkpoint))
            new CheckpointMeasurement(targets[0], targets[0].Database, size, _results, _stop).Run();
    }

    private void AddMemory(List<Target> targets, int size, string what)
    {
        foreach (var target in targets) _results.Add(new Cell(target.Kind, Operation.Start, size, What: what), target.ResidentMegabytes);
    }

    private void WithServers(IEnumerable<Func<string, Target>> starts, int size, Action<List<Target>> measure, bool queued = true)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_folder, "data-" + Path.GetRandomFileName())).FullName;
        var targets = new List<Target>();
        try
        {
            foreach (var start in starts)
            {
                var database = Path.Combine(folder, $"database-{targets.Count}.js");
                SampleJobs.Write(database, size, queued);
                targets.Add(start(database));
                targets[^1].WaitUntilItListens(_stop);
                Probe.Send(targets[^1], Requests.For(Operation.Get, targets[^1], 1)[0]);
            }
            AddMemory(targets, size, "started");
            measure(targets);
        }
        finally
        {
            foreach (var target in targets) target.Dispose();
        }
        Directory.Delete(folder, recursive: true);
    }

    // Servers of their own: what watches or waits leaves something behind, and the others must have none of it.
    private void MeasureWatchers(IEnumerable<Func<string, Target>> starts, int size)
    {
        foreach (var start in starts)
        {
            WithServers([start, start], size, servers =>
                new WatchMeasurement(servers[0], servers[1], size, _results, _stop).Run(_options.Rounds, _options.Time));
        }
    }

    private void MeasureHeld(Func<string, Target> start, int size)
    {
        for (var round = 0; round < _options.Rounds; round++)
        {
            foreach (var count in HeldMeasurement.Counts)
            {
                WithServers([start], size, servers =>
                {
                    using var held = new HeldMeasurement(servers[0], count, size, _results, _stop);
                    held.Run(_options.Time);
                });
            }
        }
    }
}
