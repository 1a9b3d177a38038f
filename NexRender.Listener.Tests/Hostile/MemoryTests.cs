using System.Diagnostics;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Hostile;

/// <summary>Memory goes back to the system after a burst.</summary>
[TestClass]
public sealed class MemoryTests
{
    // Much less than the burst, and more than what the tests' own process was measured to keep of it: up to 164 MB, native 5 to 55 MB.
    private const int Margin = 192 << 20;

    // On an idle machine it takes 16 s; a checkpoint of all jobs comes before it, which a busy disk delays.
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(3);

    [TestMethod]
    [DataRow(6, 50 << 20, "few large jobs")]
    [DataRow(600, 500 << 10, "many smaller ones")]
    public async Task It_is_back_soon_after_large_jobs_were_posted_and_removed(int jobs, int size, string what)
    {
        using var folder = new TempFolder();
        var port = Ports.Free();
        await using var server = await ServerProcess.Start([$"--port={port}", $"--database={folder.File("jobs.js")}"]);
        using var client = new TestClient(port);
        (await client.Json("POST", "jobs", Some.Job("warm-up"))).Expect(200);
        var before = Memory(server);
        var data = $"\"data\":\"{new string('x', size)}\"";
        for (var n = 0; n < jobs; n++) (await client.Json("POST", "jobs", Some.Job($"job-{n}", members: data))).Expect(200);
        Assert.IsGreaterThan(before + Margin, Memory(server), $"{what} were a burst");
        for (var n = 0; n < jobs; n++) (await client.Send("DELETE", $"jobs/job-{n}")).Expect(200);
        await Eventually.True(() => Memory(server) < before + Margin, $"the memory of {what} was back", Deadline);
        (await client.Send("GET", "jobs/warm-up")).Expect(200);
    }

    private static long Memory(ServerProcess server)
    {
        using var process = Process.GetProcessById(server.Id);
        return process.WorkingSet64;
    }
}
