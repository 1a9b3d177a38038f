using System.IO.Compression;
using System.Text.Json.Nodes;
using NexRender.Listener.Storage.Files;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Jobs;

/// <summary>Jobs with large values, which their versions share.</summary>
[TestClass]
public sealed class LargeJobTests
{
    private static readonly string Image = "data:image/png;base64," + new string('A', 300_000);

    [TestMethod]
    public async Task Reports_change_nothing_else_of_a_large_job_wherever_it_is_read()
    {
        await using var server = await TestServer.Start();
        (await server.Post(Job("large"))).Expect(200);
        (await server.Post(Some.Job("small"))).Expect(200);
        var expected = JsonNode.Parse((await server.Get("jobs/large")).Expect(200).Text)!.AsObject();
        foreach (var percent in (int[])[10, 20, 30])
        {
            var answer = (await server.Put("jobs/large", $$"""{"state":"render:dorender","renderProgress":{{percent}}}""")).Expect(200);
            (expected["state"], expected["renderProgress"]) = ("render:dorender", percent);
            expected["updatedAt"] = answer.Member("updatedAt");
            Assert.AreEqual(expected.ToJsonString(), answer.Text);
        }

        await AssertRead(server, expected.ToJsonString());
        await server.Restart();
        await AssertRead(server, expected.ToJsonString());
    }

    [TestMethod]
    public async Task A_large_value_can_be_replaced_removed_and_sent_back_unchanged()
    {
        await using var server = await TestServer.Start();
        var sent = (await server.Post(Job("large"))).Expect(200).Text;
        var whole = JsonNode.Parse(sent)!.AsObject();
        whole["note"] = "n";
        Assert.Contains(Image, (await server.Put("jobs/large", whole.ToJsonString())).Expect(200).Text);
        (await server.Put("jobs/large", """{"assets":[],"preview":"none"}""")).Expect(200);
        var small = (await server.Get("jobs/large")).Expect(200).Text;
        Assert.DoesNotContain("AAAA", small);
        Assert.Contains("\"preview\":\"none\"", small);
        whole.Remove("updatedAt");
        (await server.Put("jobs/large", whole.ToJsonString())).Expect(200);
        Assert.AreEqual(2, Count((await server.Get("jobs/large")).Expect(200).Text, Image));
        await server.Restart();
        Assert.AreEqual(2, Count((await server.Get("jobs/large")).Expect(200).Text, Image));
    }

    [TestMethod]
    public async Task A_text_is_found_in_a_large_job()
    {
        await using var server = await TestServer.Start();
        (await server.Post(Job("large"))).Expect(200);
        (await server.Put("jobs/large", """{"output":"file:///tmp/found.mp4"}""")).Expect(200);
        Assert.AreEqual("large", (await server.Get("jobs?q=FOUND.mp4")).Expect(200).Uids);
        Assert.AreEqual("", (await server.Get("jobs?q=missing")).Expect(200).Uids);
    }

    [TestMethod]
    public void Versions_share_large_values_and_know_their_checksum()
    {
        var first = NexRender.Listener.Jobs.Job.FromStored(Some.Bytes(Job("large").Replace(" ", "")))!;
        var version = first;
        var values = new List<ReadOnlyMemory<byte>>();
        for (var i = 0; i < 3; i++)
        {
            var members = version.Members();
            members.Set(Some.Bytes("renderProgress"), Some.Bytes($"{i}"));
            version = NexRender.Listener.Jobs.Job.From(members, version);
            Assert.AreEqual(Crc32C.Compute(version.Json.ToArray()), version.Checksum);
            values.Add(version.Members().Value(Some.Bytes("assets")));
        }

        // The first one had both values in one array, which would stay in memory for any of them.
        Assert.IsTrue(values.TrueForAll(value => value.Equals(values[0])), "The value was copied.");
        Assert.IsGreaterThan(600_000, version.Json.SharedLength);
    }

    [TestMethod]
    public void A_small_job_is_one_array()
    {
        var job = NexRender.Listener.Jobs.Job.FromStored(Some.Bytes(Some.Job("small", state: "queued")))!;
        Assert.IsNull(job.Json.Large);
        Assert.AreEqual(1, job.Json.PieceCount);
    }

    [TestMethod]
    public void The_checksum_of_two_parts_follows_from_those_of_each()
    {
        var random = new Random(1);
        foreach (var length in (int[])[0, 1, 7, 8, 9, 1000, 65_536, 1_000_003])
        {
            var bytes = new byte[length + random.Next(2000)];
            random.NextBytes(bytes);
            var first = bytes.AsSpan(0, bytes.Length - length);
            var second = bytes.AsSpan(bytes.Length - length);
            var combined = Crc32C.Combine(Crc32C.Compute(first), Crc32C.Compute(second), length);
            Assert.AreEqual(Crc32C.Compute(bytes), combined, $"{length} bytes");
        }
    }

    private static async Task AssertRead(TestServer server, string expected)
    {
        Assert.AreEqual(expected, (await server.Get("jobs/large")).Expect(200).Text);
        var list = (await server.Get("jobs")).Expect(200).Text;
        Assert.AreEqual($"[{expected},", list[..(expected.Length + 2)]);
        Assert.AreEqual($"[\n{expected},\n", (await server.Get("export")).Expect(200).Text[..(expected.Length + 4)]);
        var compressed = await server.Get("jobs", ("Accept-Encoding", "gzip"));
        Assert.AreEqual("gzip", compressed.Header("Content-Encoding"));
        using var unpacked = new StreamReader(new GZipStream(new MemoryStream(compressed.Body), CompressionMode.Decompress));
        Assert.AreEqual(list, await unpacked.ReadToEndAsync());
    }

    private static int Count(string text, string part) => text.Split(part).Length - 1;

    // Two large values, the second in another member.
    private static string Job(string uid) => Some.Job(
        uid, members: $$"""
            "assets":[{"type":"image","src":"{{Image}}","layerName":"logo"}],"preview":"{{Image}}","last":1.50
            """.Trim());
}
