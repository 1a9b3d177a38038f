using System.Diagnostics;
using NexRender.Listener.Tests.Bench.Load;
using NexRender.Listener.Tests.Bench.Servers;

namespace NexRender.Listener.Tests.Bench.Measurements;

/// <summary>A database of sample jobs that the server itself writes again, and the journal that it leaves when it is killed.</summary>
/// <param name="start">Starts the server.</param>
/// <param name="folder">The folder of the database.</param>
/// <param name="size">The number of jobs.</param>
/// <param name="stop">Ends the work.</param>
internal sealed class OwnDatabase(Func<string, Target> start, string folder, int size, CancellationToken stop)
{
    public const string Name = "database.js";

    // A checkpoint begins when the journal is as large as the database; it would delete the journal.
    private const double JournalShare = 0.95;
    private const int Connections = 256;
    private const int EditedAtMost = 100_000;
    private static readonly TimeSpan AtMost = TimeSpan.FromMinutes(3);

    private readonly string _database = Path.Combine(folder, Name);

    public double Megabytes => new FileInfo(_database).Length / 1e6;

    /// <summary>Lets the server write all jobs in its own format, as it does some seconds after a change, and end.</summary>
    public void Checkpoint()
    {
        var written = File.GetLastWriteTimeUtc(_database);
        using var server = Start();
        Probe.Send(server, Requests.Http(server, "PUT", "/api/v1/jobs/" + SampleJobs.Uid(0), "{\"note\":1}"));
        WaitUntil(() => File.GetLastWriteTimeUtc(_database) != written);
        server.Terminate();
    }

    /// <summary>Changes whole jobs until the journal is nearly as large as the database, and kills the server.</summary>
    /// <returns>The megabytes of the journal.</returns>
    public double LeaveJournal()
    {
        using var server = Start();
        using var load = new LoadGenerator(server.Port, server.Format, Requests.Edits(server, size, EditedAtMost), Connections);
        load.Start();
        WaitUntil(() => JournalBytes() >= JournalShare * new FileInfo(_database).Length);
        load.Stop();
        var left = JournalBytes() / 1e6;
        if (load.Result(LoadPhase.WarmUp, TimeSpan.Zero) is { Errors: > 0 } result)
            throw new InvalidOperationException($"an edit failed: {result.FirstError}");
        return left;
    }

    private Target Start()
    {
        var server = start(_database);
        server.WaitUntilItListens(stop);
        return server;
    }

    private long JournalBytes() => Directory.GetFiles(folder, Name + ".journal*").Sum(file => new FileInfo(file).Length);

    private void WaitUntil(Func<bool> isDone)
    {
        var began = Stopwatch.GetTimestamp();
        while (!isDone())
        {
            stop.ThrowIfCancellationRequested();
            if (Stopwatch.GetElapsedTime(began) > AtMost) throw new TimeoutException($"{_database} was not written in time");
            stop.WaitHandle.WaitOne(5);
        }
    }
}
