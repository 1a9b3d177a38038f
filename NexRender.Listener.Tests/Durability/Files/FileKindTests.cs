using NexRender.Listener.Jobs;
using NexRender.Listener.Tests.Durability.Harness;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Durability.Files;

/// <summary>Paths that the storage cannot work with are refused at the start in one line that names the way out.</summary>
[TestClass]
public sealed class FileKindTests
{
    [TestMethod]
    [DataRow("")]
    [DataRow(".lock")]
    [DataRow(".journal")]
    [DataRow(".journal.2")]
    [DataRow(".tmp")]
    [DataRow(".removed")]
    [DataRow(".farm")]
    [DataRow(".hooks")]
    [DataRow(".reserve")]
    public async Task A_pipe_is_refused(string suffix)
    {
        if (OperatingSystem.IsWindows()) Assert.Inconclusive("Windows has no pipes in folders.");
        using var folder = new TempFolder();
        var database = folder.File("database.js");
        await Tool.Run("mkfifo", database + suffix);
        (await Run(database)).ExpectRefusal(1, database + suffix, "is a device, a pipe or a socket", "--database");
    }

    [TestMethod]
    [DataRow("")]
    [DataRow(".lock")]
    [DataRow(".journal")]
    [DataRow(".tmp")]
    public async Task A_folder_is_refused(string suffix)
    {
        using var folder = new TempFolder();
        var database = folder.File("database.js");
        Directory.CreateDirectory(database + suffix);
        (await Run(database)).ExpectRefusal(1, database + suffix, "is a folder", "--database");
    }

    [TestMethod]
    public async Task A_device_is_refused_and_kept()
    {
        Tool.RequireRoot("Creating a device");
        using var folder = new TempFolder();
        var database = folder.File("null");
        await Tool.Run("mknod", database, "c", "1", "3");
        var link = File.CreateSymbolicLink(folder.File("database.js"), database).FullName;
        foreach (var path in new[] { database, link })
            (await Run(path)).ExpectRefusal(1, database, "is a device, a pipe or a socket", "--database");
        await Tool.Run("test", "-c", database);
        (await Run("/dev/null")).ExpectRefusal(1, "/dev/null is a device");
        await Tool.Run("test", "-c", "/dev/null");
    }

    [TestMethod]
    public async Task A_file_that_is_mounted_by_itself_is_refused()
    {
        Tool.RequireRoot("Mounting");
        using var folder = new TempFolder();
        var (source, database) = (folder.Write("source.js", "[]"), folder.Write("database.js", "[]"));
        if (await Tool.Try("mount", "--bind", source, database) is { } refusal) Assert.Inconclusive(refusal);
        try
        {
            (await Run(database)).ExpectRefusal(1, database, "mounted as a single file", "mount its folder");
        }
        finally
        {
            await Tool.Run("umount", database);
        }
    }

    [TestMethod]
    [DataRow("i")]
    [DataRow("a")]
    public async Task A_file_that_is_protected_from_replacement_is_refused(string attribute)
    {
        Tool.RequireRoot("Protecting a file");
        using var folder = new TempFolder();
        var database = folder.Write("database.js", "[]");
        if (await Tool.Try("chattr", $"+{attribute}", database) is { } refusal) Assert.Inconclusive(refusal);
        try
        {
            (await Run(database)).ExpectRefusal(1, database, "cannot be replaced", "--database");
        }
        finally
        {
            await Tool.Run("chattr", $"-{attribute}", database);
        }
    }

    [TestMethod]
    public async Task A_loop_of_links_is_refused()
    {
        using var folder = new TempFolder();
        File.CreateSymbolicLink(folder.File("a.js"), folder.File("b.js"));
        File.CreateSymbolicLink(folder.File("b.js"), folder.File("a.js"));
        (await Run(folder.File("a.js"))).ExpectRefusal(1, "a.js", "--database");
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task A_link_is_followed_and_its_target_replaced(bool hasTarget)
    {
        using var folder = new TempFolder();
        var target = Path.Combine(Directory.CreateDirectory(folder.File("target")).FullName, "jobs.js");
        if (hasTarget) await File.WriteAllTextAsync(target, "[]");
        var middle = File.CreateSymbolicLink(folder.File("middle.js"), target).FullName;
        var link = File.CreateSymbolicLink(folder.File("database.js"), middle);
        await using (var server = await Victim.Start(link.FullName))
        {
            (await server.Client.Json("POST", "jobs", Some.Job("a"))).Expect(200);
            Assert.AreEqual(0, await server.Process.Terminate());
        }
        link.Refresh();
        Assert.AreEqual(middle, link.LinkTarget);
        Assert.Contains("\"uid\":\"a\"", await File.ReadAllTextAsync(target));
        Assert.HasCount(3, Directory.GetFileSystemEntries(folder.Path));
    }

    private static Task<ProcessResult> Run(string database) => ServerProcess.Run([$"--port={Ports.Free()}", $"--database={database}"]);
}
