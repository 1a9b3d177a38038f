using NexRender.Listener.Jobs;
using NexRender.Listener.Json;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Life;

/// <summary>The options of a job's life work in the real program, and wrong values are refused with the reason.</summary>
[TestClass]
public sealed class LifeOptionTests
{
    private const string Began =
        """{"state":"started","startedAt":"2026-11-20T08:00:00.000Z","executor":"w","template":{"src":"s","composition":"c"}}""";
    private const string Failed = """{"state":"error","startedAt":"2026-11-20T08:00:00.000Z","error":"broken"}""";

    [TestMethod]
    public async Task The_picked_timeout()
    {
        await using var program = await Program.Start("--picked-timeout=1ms");
        await program.Take("a");
        await program.Process.Output.Line("expired after picked: a");
        Assert.AreEqual("queued", await program.State("a"));
    }

    [TestMethod]
    public async Task The_lease()
    {
        await using var program = await Program.Start("--lease=1ms");
        await program.Take("a");
        (await program.Client.Json("PUT", "jobs/a", Began)).Expect(200);
        await program.Process.Output.Line("expired after started: a");
        Assert.AreEqual("queued", await program.State("a"));
    }

    [TestMethod]
    public async Task The_number_of_attempts_and_the_wait_between_them()
    {
        await using var program = await Program.Start("--max-attempts=2", "--retry-delay=0");
        foreach (var state in new[] { "queued", "error" })
        {
            await program.Take("a");
            (await program.Client.Json("PUT", "jobs/a", Began)).Expect(200);
            Assert.AreEqual(state, (await program.Client.Json("PUT", "jobs/a", Failed)).Expect(200).Member("state"));
        }
    }

    [TestMethod]
    [DataRow("1h", 3_600)]
    [DataRow("90", 90)]
    [DataRow("1.5m", 90)]
    [DataRow("500ms", 0.5)]
    [DataRow("2d", 172_800)]
    [DataRow("45s", 45)]
    public async Task A_duration_is_a_number_and_its_unit(string value, double seconds)
    {
        await using var program = await Program.Start("--max-attempts=2", $"--retry-delay={value}");
        await program.Take("a");
        (await program.Client.Json("PUT", "jobs/a", Began)).Expect(200);
        var job = (await program.Client.Json("PUT", "jobs/a", Failed)).Expect(200);
        Assert.AreEqual(seconds, (Time(job, "notBefore") - Time(job, "updatedAt")).TotalSeconds, Math.Min(seconds / 2, 5));
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("x")]
    [DataRow("s")]
    [DataRow("-1")]
    [DataRow("-1s")]
    [DataRow("2 m")]
    [DataRow("2m30s")]
    [DataRow("2M")]
    [DataRow("1e3")]
    [DataRow("1,5h")]
    [DataRow("367d")]
    [DataRow("NaN")]
    [DataRow("Infinity")]
    [DataRow("-Infinity")]
    [DataRow("999999999999999999999999999999")]
    public async Task An_invalid_duration_is_a_usage_error(string value)
    {
        foreach (var option in new[] { "--picked-timeout", "--lease", "--retry-delay" })
            (await ServerProcess.Run([$"{option}={value}"])).ExpectRefusal(2, option, "--help");
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("0")]
    [DataRow("-1")]
    [DataRow("1.5")]
    [DataRow("many")]
    [DataRow("2147483648")]
    public async Task An_invalid_number_of_attempts_is_a_usage_error(string value) =>
        (await ServerProcess.Run([$"--max-attempts={value}"])).ExpectRefusal(2, "--max-attempts", "--help");

    private static DateTimeOffset Time(Answer job, string name) => DateTimeOffset.Parse(job.Member(name));

    /// <summary>The real program with one job and the options under test.</summary>
    private sealed class Program : IAsyncDisposable
    {
        private readonly TempFolder _folder = new();

        public ServerProcess Process { get; private set; } = null!;

        public TestClient Client { get; private set; } = null!;

        public static async Task<Program> Start(params string[] options)
        {
            var program = new Program();
            var port = Ports.Free();
            program.Process = await ServerProcess.Start([$"--port={port}", $"--database={program._folder.File("jobs.js")}", .. options]);
            program.Client = new TestClient(port);
            (await program.Client.Json("POST", "jobs", Some.Job("a"))).Expect(200);
            return program;
        }

        public async Task Take(string uid) =>
            Assert.AreEqual(uid, (await Client.Send("GET", "jobs/pickup", null, ("nexrender-name", "w"))).Expect(200).Member("uid"));

        public async Task<string> State(string uid) => (await Client.Send("GET", $"jobs/{uid}")).Expect(200).Member("state");

        public async ValueTask DisposeAsync()
        {
            Client.Dispose();
            await Process.DisposeAsync();
            _folder.Dispose();
        }
    }
}
