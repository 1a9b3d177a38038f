using System.Text;
using NexRender.Listener.Jobs;
using NexRender.Listener.Json;
using NexRender.Listener.Tests.Redis.Fixtures;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Lists;

/// <summary>The export is a database file: the same bytes, and another server starts with it.</summary>
[TestClass]
public sealed class ExportTests
{
    [TestMethod]
    [TestCategory(SharedRedis.File)]
    [DataRow(0)]
    [DataRow(1)]
    [DataRow(300)]
    public async Task It_is_what_a_clean_stop_writes(int count)
    {
        await using var server = await TestServer.Start();
        for (var i = 0; i < count; i++) (await server.Post(i % 2 == 0 ? Some.FullJob($"job-{i}") : Some.Job($"job-{i}"))).Expect(200);
        var answer = (await server.Get("export")).Expect(200);
        Assert.AreEqual("attachment; filename=\"database.js\"", answer.Header("Content-Disposition"));
        Assert.AreEqual("application/json; charset=utf-8", answer.Header("Content-Type"));
        Assert.AreEqual(answer.Body.Length, int.Parse(answer.Header("Content-Length")!));
        await server.Stop();
        Assert.AreEqual(await File.ReadAllTextAsync(server.Database), answer.Text);
    }

    [TestMethod]
    public async Task Another_server_starts_with_it()
    {
        await using var server = await TestServer.Start();
        for (var i = 0; i < 20; i++) (await server.Post(Some.FullJob($"job-{i}"))).Expect(200);
        (await server.Get("jobs/pickup")).Expect(200, "picked");
        var export = (await server.Get("export")).Expect(200).Text;
        await using var other = await TestServer.Start(database: export);
        Assert.AreEqual((await server.Get("jobs")).Expect(200).Text, (await other.Get("jobs")).Expect(200).Text);
    }

    [TestMethod]
    public async Task It_is_compressed_for_clients_that_accept_that()
    {
        await using var server = await TestServer.Start();
        var jobs = string.Join(',', Enumerable.Range(0, 500).Select(i => Some.Job($"job-{i}", members: "\"note\":\"some more text\"")));
        (await server.Post($"[{jobs}]")).Expect(200);
        var plain = (await server.Get("export")).Expect(200);
        var answer = (await server.Get("export", ("Accept-Encoding", "gzip"))).Expect(200);
        Assert.AreEqual("gzip", answer.Header("Content-Encoding"));
        using var unpacked = new StreamReader(
            new System.IO.Compression.GZipStream(new MemoryStream(answer.Body), System.IO.Compression.CompressionMode.Decompress),
            Encoding.UTF8);
        Assert.AreEqual(plain.Text, await unpacked.ReadToEndAsync());
    }
}
