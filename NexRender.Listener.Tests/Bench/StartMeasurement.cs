using System.Diagnostics;

namespace NexRender.Listener.Tests.Bench;

/// <summary>Measures the start of the process to its first response, with an empty database and with 100,000 jobs.</summary>
internal sealed class StartMeasurement(BenchOptions options, string folder, string? original, Results results, CancellationToken stop)
{
    public const int Large = 100_000;

    public void Run()
    {
        for (var round = 0; round < Math.Max(5, options.Rounds); round++)
        {
            Measure(0, TimeSpan.FromSeconds(round == 0 ? 3 : 0));
            if (round < options.Rounds) Measure(Large, TimeSpan.Zero);
        }
    }

    private void Measure(int size, TimeSpan rest)
    {
        var database = Path.Combine(folder, "start.js");
        if (options.Executable is not null) Measure(size, rest, database, () => Target.Listener(options.Executable, database));
        if (original is not null) Measure(size, rest, database, () => Target.Original(original, database));
        File.Delete(database);
    }

    private void Measure(int size, TimeSpan rest, string database, Func<Target> start)
    {
        if (size > 0) SampleJobs.Write(database, size, queued: true);
        else File.Delete(database);
        var began = Stopwatch.GetTimestamp();
        using var target = start();
        var request = size == 0
            ? Requests.For(Operation.List, target, 0)[0]
            : Requests.Http(target, "GET", "/api/v1/jobs/" + SampleJobs.Uid(size - 1));
        var took = Probe.FirstResponse(target, request, began, stop).TotalMilliseconds;
        results.Add(new Cell(target.Kind, Operation.Start, size, What: "time"), took);
        Console.Error.WriteLine($"{target.Kind,-8} {Operation.Start,-6} {size,9:N0} jobs first response after {took:N1} ms");
        if (rest == TimeSpan.Zero) return;
        stop.WaitHandle.WaitOne(rest);
        results.Add(new Cell(target.Kind, Operation.Start, size, What: "resident"), target.ResidentMegabytes);
    }
}
