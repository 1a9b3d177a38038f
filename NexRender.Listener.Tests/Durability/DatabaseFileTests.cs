using System.Runtime;
using System.Text;
using NexRender.Listener.Jobs;
using NexRender.Listener.Storage;
using NexRender.Listener.Tests.Durability.Harness;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Durability;

[TestClass]
public sealed class DatabaseFileTests
{
    private const string One = """{"uid":"a","state":"queued","template":{"src":"s","composition":"c"}}""";

    [TestMethod]
    [DataRow("", 0, DisplayName = "an empty file")]
    [DataRow(" \r\n\t ", 0, DisplayName = "whitespace")]
    [DataRow("[]", 0, DisplayName = "an empty array")]
    [DataRow("\uFEFF[]", 0, DisplayName = "a byte order mark and an empty array")]
    [DataRow("\uFEFF[" + One + "]", 1, DisplayName = "a byte order mark and a job")]
    [DataRow("\r\n[\r\n" + One + "\r\n]\r\n", 1, DisplayName = "Windows line ends")]
    [DataRow("[ {\"template\" : {\"src\":\"s\"},\n\n \"uid\": \"a\"\n} , {\"uid\":7} ]", 2, DisplayName = "edited by hand")]
    public async Task A_file_that_is_a_list_of_jobs_is_accepted(string content, int jobs)
    {
        using var folder = new TempFolder();
        await using var server = await Victim.Start(folder.Write("database.js", content));
        var list = (await server.Client.Send("GET", "jobs")).Expect(200).Json;
        Assert.AreEqual(jobs, list.GetArrayLength());
    }

    [TestMethod]
    [DataRow("{}", "not a JSON array", DisplayName = "an object")]
    [DataRow("null", "not a JSON array", DisplayName = "null")]
    [DataRow("[1]", "line 1, column 2", DisplayName = "a number in place of a job")]
    [DataRow("[\n{\"uid\":\"a\"},\n]", "line 3, column 1", DisplayName = "a comma too many")]
    [DataRow("[\n{\"uid\":\"a\"}\n{\"uid\":\"b\"}\n]", "line 3, column 1", DisplayName = "a comma too few")]
    [DataRow("[\n{\"uid\":\"a\"},\n{\"ui", "line 3", DisplayName = "half a file")]
    [DataRow("[\n{\"uid\":\"a\"}", "the file ends", DisplayName = "a missing end of the array")]
    [DataRow("[{\"uid\":\"a\"}] []", "line 1, column 15", DisplayName = "two files in one")]
    [DataRow("[{\"state\":\"queued\"}]", "job 1", DisplayName = "a job without a uid")]
    [DataRow("module.exports = []", "line 1, column 1", DisplayName = "a program")]
    [DataRow("SQLite format 3\0", "line 1, column 1", DisplayName = "another database")]
    public async Task Any_other_file_is_refused_in_one_line_and_not_modified(string content, string where)
    {
        using var folder = new TempFolder();
        await AssertRefused(folder, folder.Write("database.js", content), where);
    }

    [TestMethod]
    public async Task A_line_that_only_looks_like_a_job_makes_no_duplicates_of_those_before_it()
    {
        using var folder = new TempFolder();
        var lines = Enumerable.Range(0, 3000).Select(i => $$"""{"uid":"{{i}}","state":"finished"},""" + "\n");
        var odd = """{"uid":"odd","template":{}""" + "\n}";
        var database = folder.Write("database.js", $"[\n{string.Concat(lines)}{odd}\n]\n");
        await using var server = await Victim.Start(database);
        Assert.AreEqual(3001, (await server.Client.Send("GET", "jobs")).Expect(200).Json.GetArrayLength());
        Assert.IsEmpty(Directory.GetFiles(folder.Path, "*.duplicates-*"));
    }

    [TestMethod]
    public async Task After_the_start_of_a_large_database_the_collector_works_as_before()
    {
        using var folder = new TempFolder();
        var padding = new string('x', 5000);
        var jobs = Enumerable.Range(0, 6000).Select(i => $$"""{"uid":"{{i}}","state":"finished","padding":"{{padding}}"}""");
        var database = folder.Write("database.js", $"[\n{string.Join(",\n", jobs)}\n]\n");
        var mode = GCSettings.LatencyMode;
        var uids = await Embedded.Uids(database);
        Assert.IsTrue(uids.SequenceEqual(Enumerable.Range(0, 6000).Select(i => $"{i}")));
        Assert.AreEqual(mode, GCSettings.LatencyMode);
    }

    [TestMethod]
    public async Task Bytes_that_are_not_text_are_refused_and_not_modified()
    {
        using var folder = new TempFolder();
        var database = folder.File("database.js");
        File.WriteAllBytes(database, [.. Encoding.UTF8.GetBytes("[\n{\"uid\":\"a"), 0xC3, 0x28, .. Encoding.UTF8.GetBytes("\"}\n]\n")]);
        await AssertRefused(folder, database, "line 2");
    }

    [TestMethod]
    public async Task A_folder_in_place_of_the_file_is_refused()
    {
        using var folder = new TempFolder();
        var database = Directory.CreateDirectory(folder.File("database.js")).FullName;
        await AssertRefused(folder, database, "is a folder");
    }

    [TestMethod]
    public void A_missing_file_with_a_journal_of_its_changes_is_refused()
    {
        using var fixture = JournalFixture.Written(2);
        File.Delete(fixture.Database);
        var before = FolderImage.Of(fixture.Folder);
        var reading = RecoveryResult.Of(fixture.Database);
        Assert.Contains($"{fixture.Database} is missing", reading.Refusal!);
        before.AssertSame(FolderImage.Of(fixture.Folder), "A refused start");
    }

    [TestMethod]
    public async Task A_complete_temporary_file_replaces_a_missing_database()
    {
        using var folder = new TempFolder();
        folder.Write("database.js.tmp", $"[\n{One}\n]\n");
        await using var server = await Victim.Start(folder.File("database.js"));
        (await server.Client.Send("GET", "jobs/a")).Expect(200);
        await server.Process.Output.Line("the complete temporary file");
    }

    [TestMethod]
    public async Task An_incomplete_temporary_file_is_ignored()
    {
        using var folder = new TempFolder();
        folder.Write("database.js.tmp", $"[\n{One},\n");
        await using var server = await Victim.Start(folder.File("database.js"));
        Assert.AreEqual(0, (await server.Client.Send("GET", "jobs")).Expect(200).Json.GetArrayLength());
    }

    private static async Task AssertRefused(TempFolder folder, string database, string where)
    {
        var before = FolderImage.Of(folder.Path);
        await using var server = Victim.Launch(database);
        Assert.AreEqual(1, await server.Process.WaitForExit());
        Assert.HasCount(1, server.Process.Errors.Lines, server.Process.Errors.Text);
        Assert.Contains(database, server.Process.Errors.Text);
        Assert.Contains(where, server.Process.Errors.Text);
        before.AssertSame(FolderImage.Of(folder.Path), "A refused start");
    }
}
