using System.Text.Json;
using NexRender.Listener.Jobs;
using NexRender.Listener.Tests.Durability.Harness;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Durability.Files;

/// <summary>nexrender-server keeps every copy of a job that was posted twice; here the last one counts.</summary>
[TestClass]
public sealed class DuplicateTests
{
    [TestMethod]
    public async Task The_last_of_several_jobs_with_one_uid_is_kept_and_the_others_are_saved_and_reported()
    {
        using var folder = new TempFolder();
        var database = folder.Write("database.js", $"[{Job("a", 1)},{Job("b", 2)},{Job("a", 3)},{Job("c", 4)},{Job("a", 5)}]");
        await using (var server = await Victim.Start(database))
        {
            Assert.AreEqual("b2 c4 a5", Describe((await server.Client.Send("GET", "jobs")).Expect(200).Text));
            var line = await server.Process.Output.Line("several jobs with the same uid");
            Assert.Contains("(a)", line);
            Assert.Contains("saved 2 others", line);
            var saved = Directory.GetFiles(folder.Path, "database.js.duplicates-*").Single();
            Assert.Contains(saved, line);
            Assert.AreEqual("a1 a3", Describe(await File.ReadAllTextAsync(saved)));
            await Eventually.True(() => Describe(File.ReadAllText(database)) == "b2 c4 a5", "the file was written without the duplicates");
            server.Kill();
        }
        await using var next = await Victim.Start(database);
        Assert.AreEqual("b2 c4 a5", Describe((await next.Client.Send("GET", "jobs")).Expect(200).Text));
        Assert.HasCount(1, Directory.GetFiles(folder.Path, "database.js.duplicates-*"));
    }

    private static string Job(string uid, int number) => Some.Job(uid, members: $"\"number\":{number}");

    private static string Describe(string json)
    {
        using var document = JsonDocument.Parse(json);
        return string.Join(
            ' ', document.RootElement.EnumerateArray().Select(job => $"{job.GetProperty("uid")}{job.GetProperty("number")}"));
    }
}
