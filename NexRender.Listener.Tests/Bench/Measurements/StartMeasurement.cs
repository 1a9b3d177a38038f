using System.Diagnostics;
using NexRender.Listener.Tests.Bench.Load;
using NexRender.Listener.Tests.Bench.Servers;

namespace NexRender.Listener.Tests.Bench.Measurements;

/// <summary>
/// Measures the start of the process to its first response: with an empty database, with many jobs in a database that this server has
/// written, or the original, and after a kill that left a long journal. Each start has a folder of its own, because a server that is killed
/// leaves a journal, which belongs to its database only.
/// </summary>
internal sealed class StartMeasurement(BenchOptions options, string folder, string? original, Results results, CancellationToken stop)
{
    /// <summary>The figures of a start with a database of this server, with one of the original, and after a kill.</summary>
    public const string Time = "time", TimeOfOriginal = "time, original's file", TimeOfJournal = "time, journal";

    /// <summary>The megabytes of the database, and of the journal that was left.</summary>
    public const string DatabaseSize = "database", JournalSize = "journal";

    /// <summary>The memory some seconds after the first response.</summary>
    public const string AtRest = "at rest";

    private const int EmptyStarts = 5;
    private readonly TimeSpan _rest = TimeSpan.FromSeconds(options.Quick ? 1 : 4);

    private readonly List<Func<string, Target>> _own = Servers(options);

    public void Run()
    {
        for (var round = 0; round < EmptyStarts; round++)
        {
            foreach (var start in _own) Measure(0, start, null, Time, round == 0 ? _rest : TimeSpan.Zero);
            if (original is not null) Measure(0, StartOriginal, null, Time, round == 0 ? _rest : TimeSpan.Zero);
        }
        foreach (var size in options.StartSizes.Skip(1))
        {
            var sample = NewFolder();
            SampleJobs.Write(PathIn(sample), size, queued: true);
            if (size == options.ComparedStart) Compare(size);
            if (_own.Count > 0) MeasureOwn(size, sample);
            Directory.Delete(sample, recursive: true);
        }
    }

    private static List<Func<string, Target>> Servers(BenchOptions options)
    {
        var servers = new List<Func<string, Target>>();
        if (options.Executable is { } executable) servers.Add(database => Target.Listener(executable, database));
        if (options.Before is { } before) servers.Add(database => Target.Listener(before, database, TargetKind.Before));
        return servers;
    }

    private void MeasureOwn(int size, string sample)
    {
        var database = new OwnDatabase(_own[0], sample, size, stop);
        database.Checkpoint();
        Add(TargetKind.Listener, size, DatabaseSize, database.Megabytes);
        for (var round = 0; round < options.Rounds; round++)
        {
            foreach (var start in _own) Measure(size, start, sample, Time, round == 0 ? _rest : TimeSpan.Zero);
        }
        if (size != options.StartSizes[^1]) return;
        Add(TargetKind.Listener, size, JournalSize, database.LeaveJournal());
        for (var round = 0; round < options.Rounds; round++)
        {
            // The version before may not read the journal of this one.
            Measure(size, _own[0], sample, TimeOfJournal, TimeSpan.Zero);
        }
    }

    // The original writes one line without line feeds.
    private void Compare(int size)
    {
        if (original is null) return;
        var sample = NewFolder();
        SampleJobs.Write(PathIn(sample), size, queued: true, lineFeed: "");
        for (var round = 0; round < options.Rounds; round++)
        {
            foreach (var start in _own) Measure(size, start, sample, TimeOfOriginal, TimeSpan.Zero);
            Measure(size, StartOriginal, sample, TimeOfOriginal, TimeSpan.Zero);
        }
        Directory.Delete(sample, recursive: true);
    }

    private Target StartOriginal(string database) => Target.Original(original!, database);

    private void Measure(int size, Func<string, Target> start, string? sample, string what, TimeSpan rest)
    {
        var copy = NewFolder();
        if (sample is not null) Copy(sample, copy);
        var began = Stopwatch.GetTimestamp();
        using (var target = start(PathIn(copy)))
        {
            var request = size == 0
                ? Requests.For(Operation.List, target, 0)[0]
                : Requests.Http(target, "GET", "/api/v1/jobs/" + SampleJobs.Uid(size - 1));
            Add(target.Kind, size, what, Probe.FirstResponse(target, request, began, stop).TotalMilliseconds);
            if (rest != TimeSpan.Zero)
            {
                stop.WaitHandle.WaitOne(rest);
                Add(target.Kind, size, AtRest, target.ResidentMegabytes);
            }
        }
        Directory.Delete(copy, recursive: true);
    }

    private string NewFolder() => Directory.CreateDirectory(Path.Combine(folder, "start-" + Path.GetRandomFileName())).FullName;

    private static string PathIn(string folder) => Path.Combine(folder, OwnDatabase.Name);

    // What is copied must be on the disk before the start, which would wait for it otherwise.
    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.GetFiles(from))
        {
            var copy = Path.Combine(to, Path.GetFileName(file));
            File.Copy(file, copy);
            using var handle = File.OpenHandle(copy, FileMode.Open, FileAccess.ReadWrite);
            RandomAccess.FlushToDisk(handle);
        }
    }

    private void Add(TargetKind kind, int size, string what, double value)
    {
        results.Add(new Cell(kind, Operation.Start, size, What: what), value);
        Console.Error.WriteLine($"{kind,-8} {Operation.Start,-6} {size,9:N0} jobs {what} {value:N1}");
    }
}
