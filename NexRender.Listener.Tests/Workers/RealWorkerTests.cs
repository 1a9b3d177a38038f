using System.Collections.Concurrent;
using NexRender.Listener.Tests.Life;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Workers;

/// <summary>
/// Workers with the packages from npm, whose pickups are held, on a line that is cut at random places, and a server that is killed at
/// random places. Each job that was acknowledged is rendered, and none more often than it was handed out.
/// </summary>
[TestClass]
public sealed class RealWorkerTests
{
    private const int Workers = 4;
    private const int Submitters = 3;
    private const int JobsOfEach = 10;
    private const int CutOneIn = 5;
    private const int KillOneIn = 40;

    private static readonly Cut[] Cuts = [Cut.Request, Cut.Wait, Cut.Answer, Cut.HalfAnswer];
    private static readonly TimeSpan PickupWait = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(4);

    private static readonly string[] Options =
    [
        $"--pickup-wait={PickupWait.TotalSeconds}s", "--picked-timeout=3s", "--lease=4s", "--max-attempts=50", "--retry-delay=0",
    ];

    private readonly ConcurrentDictionary<string, bool> _acknowledged = new();

    [TestMethod]
    public async Task Every_job_is_rendered_however_often_lines_are_cut_and_the_server_is_killed()
    {
        var seed = Environment.TickCount;
        Console.WriteLine($"seed {seed}");
        using var folder = new TempFolder();
        var renders = folder.Write("renders", "");
        folder.Write("project.aep", "a project");
        await using var server = await MortalServer.Start([$"--database={folder.File("database.js")}", .. Options]);
        await using var line = new CuttingProxy(server.Port, number => CutOf(seed, number))
        {
            Forwarded = number => KillAt(server, seed, number, isAnswering: false),
            Answering = number => KillAt(server, seed, number, isAnswering: true),
        };
        var workers = new List<RenderWorker>();
        try
        {
            for (var n = 0; n < Workers; n++)
                workers.Add(await RenderWorker.Start(line.Port, $"w{n}", folder.File($"w{n}"), renders, PickupWait * 2));
            var submitted = Task.WhenAll(Enumerable.Range(0, Submitters).Select(n => Submit(server, line, folder, n)));
            // A worker runs until it fails.
            await await Task.WhenAny([submitted, .. workers.Select(worker => worker.Running)]).WaitAsync(Deadline);
        }
        catch (TimeoutException)
        {
            var last = string.Join('\n', workers.Select(worker => worker.LastWords));
            Assert.Fail($"Not all jobs have ended: {(await server.Get("jobs")).Text}\n{last}");
        }
        finally
        {
            foreach (var worker in workers) await worker.DisposeAsync();
        }
        var restarts = workers.Sum(worker => worker.Restarts);
        Console.WriteLine($"{line.Requests} requests, {server.Kills} kills, {restarts} workers started again");
        Check(await server.Get("jobs"), new RenderNotes(renders));
    }

    // One in a few, and of these each kind as often as the others.
    private static Cut CutOf(int seed, int number)
    {
        var random = Chance(seed, number);
        return random.Next(CutOneIn) == 0 ? Cuts[random.Next(Cuts.Length)] : Cut.None;
    }

    // Once in so many requests: when the request was sent, or when its answer begins.
    private static void KillAt(MortalServer server, int seed, int number, bool isAnswering)
    {
        var random = Chance(seed, -1 - (number / KillOneIn));
        if (number % KillOneIn == random.Next(KillOneIn) && isAnswering == (random.Next(2) == 0)) server.Kill();
    }

    private static Random Chance(int seed, int number) => new(unchecked((seed * 31) + number));

    // Fewer jobs than workers at a time, so that some pickups are held when a job is posted.
    private async Task Submit(MortalServer server, CuttingProxy line, TempFolder folder, int submitter)
    {
        for (var i = 0; i < JobsOfEach; i++)
        {
            var uid = $"job-{submitter}-{i}";
            var source = new Uri(folder.File("project.aep")).AbsoluteUri;
            var template = $$"""{"name":"project.aep","src":"{{source}}","composition":"{{1 + (i % 4)}}"}""";
            await Post(server, line, uid, $$"""{"uid":"{{uid}}","template":{{template}} }""");
            while (true)
            {
                var status = (await server.Get($"jobs/{uid}/wait?timeout=20")).Expect(200);
                if (status.Member("state") is "finished" or "error") break;
            }
        }
    }

    // Until it is acknowledged; the key keeps it from being stored twice.
    private async Task Post(MortalServer server, CuttingProxy line, string uid, string job)
    {
        using var client = new TestClient(line.Port);
        while (!_acknowledged.ContainsKey(uid))
        {
            await server.Started;
            try
            {
                (await client.Json("POST", "jobs", job, ("Idempotency-Key", uid), ("Connection", "close"))).Expect(200);
                _acknowledged.TryAdd(uid, true);
            }
            catch (Exception e) when (e is HttpRequestException or IOException)
            {
                // The line was cut, or the server killed.
            }
        }
    }

    private void Check(Answer list, RenderNotes notes)
    {
        var jobs = list.Expect(200).Json.EnumerateArray().Select(json => new RenderedJob(json)).ToList();
        CollectionAssert.AreEquivalent(_acknowledged.Keys.ToList(), jobs.Select(job => job.Uid).ToList());
        foreach (var job in jobs)
        {
            Assert.AreEqual("finished", job.State, job.Text);
            Assert.IsGreaterThan(0, notes.Ended(job.Uid, job.Executor), $"{job.Executor} did not render {job.Text}");
            Assert.IsLessThanOrEqualTo(job.Attempts, notes.Begun(job.Uid), $"more renders than attempts: {job.Text}");
            foreach (var worker in notes.WorkersOf(job.Uid))
            {
                // An attempt belongs to one worker, so no two have rendered the same one.
                Assert.IsLessThanOrEqualTo(
                    job.AttemptsOf(worker), notes.Begun(job.Uid, worker), $"more renders by {worker} than attempts: {job.Text}");
            }
        }
    }
}
