using NexRender.Listener.Tests.Durability.Harness;
using NexRender.Listener.Tests.Durability.Ledgers;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Durability.Files;

/// <summary>
/// Files of the database are deleted, moved or replaced under the running server: nothing is acknowledged into a file without a name.
/// </summary>
[TestClass]
public sealed class VanishedFileTests
{
    private const string Foreign = """[{"uid":"foreign","state":"queued","template":{"src":"s","composition":"c"}}]""";

    public static IEnumerable<object[]> Incidents =>
    [
        ["journal deleted"], ["journal moved"], ["journal replaced"], ["journal replaced by a link"], ["database deleted"],
            ["database moved"],
        ["database replaced"], ["database edited in place"], ["lock deleted"], ["lock replaced"], ["everything deleted"], ["folder moved"],
        ["folder replaced"], ["journal and database deleted"],
    ];

    [TestMethod]
    [DynamicData(nameof(Incidents))]
    public async Task What_is_acknowledged_after_an_incident_is_there_after_a_crash(string incident)
    {
        if (OperatingSystem.IsWindows()) Assert.Inconclusive("On Windows the system forbids it.");
        using var folder = new TempFolder();
        var data = Directory.CreateDirectory(folder.File("data")).FullName;
        var database = Path.Combine(data, "database.js");
        var ledger = new Ledger();
        await using (var server = await Victim.Start(database))
        {
            var client = new LedgerClient(ledger, server.Client, "c");
            for (var i = 0; i < 5; i++) await client.Create();
            Cause(incident, data);
            for (var i = 0; i < 20; i++)
            {
                await client.Create();
                Assert.IsTrue(client.LastStatus is 200 or 503, client.LastText);
            }
            await Eventually.True(
                async () => (await server.Client.Send("GET", "health/ready")).Status == 200, "the server was ready again");
            await client.Create();
            Assert.AreEqual(200, client.LastStatus, client.LastText);
            await ledger.Verify(server.Client, $"{incident}, running");
            server.Kill();
        }
        await using var next = await Victim.Start(database);
        await ledger.Verify(next.Client, $"{incident}, after a crash");
    }

    [TestMethod]
    [DynamicData(nameof(Incidents))]
    public async Task What_was_acknowledged_before_an_incident_is_there_after_a_graceful_stop(string incident)
    {
        if (OperatingSystem.IsWindows()) Assert.Inconclusive("On Windows the system forbids it.");
        using var folder = new TempFolder();
        var data = Directory.CreateDirectory(folder.File("data")).FullName;
        var database = Path.Combine(data, "database.js");
        var ledger = new Ledger();
        await using (var server = await Victim.Start(database))
        {
            var client = new LedgerClient(ledger, server.Client, "c");
            for (var i = 0; i < 5; i++) await client.Create();
            Cause(incident, data);
            Assert.AreEqual(0, await server.Process.Terminate(), server.Process.Errors.Text);
        }
        Assert.IsEmpty(Directory.GetFiles(data, "*.journal*").Where(path => !path.EndsWith(".bak", StringComparison.Ordinal)));
        await using var next = await Victim.Start(database);
        await ledger.Verify(next.Client, $"{incident}, after a stop");
    }

    [TestMethod]
    public async Task A_file_that_replaced_the_database_is_saved()
    {
        if (OperatingSystem.IsWindows()) Assert.Inconclusive("On Windows the system forbids it.");
        using var folder = new TempFolder();
        await using var server = await Victim.Start(folder.File("database.js"));
        var client = new LedgerClient(new Ledger(), server.Client, "c");
        Cause("database replaced", folder.Path);
        await client.Create();
        Assert.AreEqual(Foreign, await File.ReadAllTextAsync(Directory.GetFiles(folder.Path, "database.js.replaced-*").Single()));
        Assert.Contains("was replaced by another file", server.Process.Errors.Text);
    }

    [TestMethod]
    public async Task A_copy_of_the_database_in_its_place_is_no_incident()
    {
        using var folder = new TempFolder();
        var database = folder.File("database.js");
        await using var server = await Victim.Start(database);
        File.Copy(database, database + ".copy");
        File.Move(database + ".copy", database, overwrite: true);
        File.SetLastWriteTimeUtc(database, DateTime.UtcNow.AddDays(-1));
        await new LedgerClient(new Ledger(), server.Client, "c").Create();
        Assert.AreEqual("", server.Process.Errors.Text);
    }

    [TestMethod]
    [DataRow("lock deleted")]
    [DataRow("lock and journal deleted")]
    [DataRow("lock and database deleted")]
    public async Task A_second_server_does_not_start_after_the_lock_was_deleted(string incident)
    {
        if (OperatingSystem.IsWindows()) Assert.Inconclusive("On Windows the system forbids it.");
        using var folder = new TempFolder();
        var database = folder.File("database.js");
        var ledger = new Ledger();
        await using var first = await Victim.Start(database);
        var client = new LedgerClient(ledger, first.Client, "c");
        await client.Create();
        foreach (var name in incident.Split(' ').Where(word => word is "lock" or "journal" or "database"))
            File.Delete(name == "database" ? database : $"{database}.{name}");
        await using var second = Victim.Launch(database);
        Assert.AreEqual(1, await second.Process.WaitForExit());
        Assert.Contains("is in use by another server", second.Process.Errors.Text);
        await client.Create();
        Assert.AreEqual(200, client.LastStatus, client.LastText);
        await ledger.Verify(first.Client, "after the attempt");
        await using var third = Victim.Launch(database);
        Assert.AreEqual(1, await third.Process.WaitForExit());
    }

    [TestMethod]
    public async Task Where_another_server_has_started_on_an_emptied_folder_changes_are_refused()
    {
        if (OperatingSystem.IsWindows()) Assert.Inconclusive("On Windows the system forbids it.");
        using var folder = new TempFolder();
        var database = folder.File("database.js");
        await using var first = await Victim.Start(database);
        Cause("everything deleted", folder.Path);
        await using var second = await Victim.Start(database);
        var client = new LedgerClient(new Ledger(), first.Client, "c");
        await client.Create();
        Assert.AreEqual(503, client.LastStatus, client.LastText);
        Assert.Contains("another server", client.LastText);
        (await first.Client.Send("GET", "health/ready")).Expect(503, "another server");
        (await first.Client.Send("GET", "jobs")).Expect(200);
        // It stays so: the database is the other's now.
        Assert.AreEqual(0, await second.Process.Terminate());
        Assert.AreEqual(0, await first.Process.Terminate());
        Assert.AreEqual("[]", (await File.ReadAllTextAsync(database)).Trim());
    }

    private static void Cause(string incident, string folder)
    {
        var database = Path.Combine(folder, "database.js");
        var (journal, fileLock) = (database + ".journal", database + ".lock");
        switch (incident)
        {
            case "journal deleted": File.Delete(journal); break;
            case "journal moved": File.Move(journal, journal + ".bak"); break;
            case "journal replaced": Replace(journal, File.ReadAllText(journal)); break;
            case "journal replaced by a link":
                File.Delete(journal);
                File.CreateSymbolicLink(journal, Path.Combine(folder, "elsewhere"));
                break;
            case "database deleted": File.Delete(database); break;
            case "database moved": File.Move(database, database + ".bak"); break;
            case "database replaced": Replace(database, Foreign); break;
            case "database edited in place": File.WriteAllText(database, Foreign); break;
            case "lock deleted": File.Delete(fileLock); break;
            case "lock replaced": Replace(fileLock, ""); break;
            case "everything deleted": foreach (var file in Directory.GetFiles(folder)) File.Delete(file); break;
            case "folder moved": Directory.Move(folder, folder + ".bak"); break;
            case "folder replaced":
                Directory.Move(folder, folder + ".bak");
                Directory.CreateDirectory(folder);
                break;
            case "journal and database deleted":
                File.Delete(journal);
                File.Delete(database);
                break;
            default: throw new ArgumentException(incident);
        }
    }

    private static void Replace(string path, string content)
    {
        File.WriteAllText(path + ".new", content);
        File.Move(path + ".new", path, overwrite: true);
    }
}
