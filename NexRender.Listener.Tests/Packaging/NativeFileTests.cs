using System.Globalization;
using System.Security.Cryptography;
using NexRender.Listener.Json;
using NexRender.Listener.Tests.Hooks;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Packaging;

/// <summary>The native file in minimal environments.</summary>
[TestClass]
public sealed class NativeFileTests
{
    [TestMethod]
    public async Task It_is_small()
    {
        var size = new FileInfo(await PublishedFile.Native).Length;
        Assert.IsLessThanOrEqualTo(10_000_000, size);
    }

    [TestMethod]
    public async Task It_takes_little_memory_when_idle()
    {
        using var folder = new TempFolder();
        await using var server = await PublishedServer.Start([await PublishedFile.Native], folder.File("database.js"));
        (await server.Client.Send("GET", "jobs")).Expect(200);
        var line = File.ReadLines($"/proc/{server.Id}/status").Single(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        var kilobytes = int.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
        Assert.IsLessThanOrEqualTo(15_000, kilobytes);
    }

    [TestMethod]
    public async Task An_empty_root_that_cannot_be_written_is_enough()
    {
        var file = await PublishedFile.Native;
        using var machine = new Machine();
        machine.Install(file);
        string uid;
        await using (var server = await StartInside())
        {
            // Uids are random although there is no /dev, and times are UTC although there is no time zone.
            var first = await server.Submit();
            uid = first.Member("uid");
            Assert.MatchesRegex("^[A-Za-z0-9_-]{21}$", uid);
            Assert.AreNotEqual(uid, (await server.Submit()).Member("uid"));
            Assert.EndsWith("Z", first.Member("createdAt"));
            var created = DateTimeOffset.Parse(first.Member("createdAt"), CultureInfo.InvariantCulture);
            Assert.IsLessThan(TimeSpan.FromMinutes(5), (DateTimeOffset.UtcNow - created).Duration());
            await server.Stop();
        }

        await using (var again = await StartInside())
            (await again.Client.Send("GET", $"jobs/{uid}")).Expect(200);
        Assert.AreEqual(2, Directory.GetFileSystemEntries(machine.Root).Length, "Nothing but the file and the data folder is there.");

        Task<PublishedServer> StartInside() => PublishedServer.Start([.. machine.Inside, "/nexrender-listener"], "/data/database.js");
    }

    [TestMethod]
    public async Task A_user_without_any_rights_can_run_it()
    {
        var file = await PublishedFile.Native;
        using var machine = new Machine();
        await using var server = await PublishedServer.Start(
            [.. Machine.AsNobody, machine.Install(file)], Path.Combine(machine.Data, "database.js"));
        await server.Submit();
        await server.Stop();
    }

    [TestMethod]
    public async Task A_read_only_working_folder_is_enough()
    {
        var file = await PublishedFile.Native;
        using var machine = new Machine();
        await using var server = await PublishedServer.Start(
            [.. Machine.AsNobody, machine.Install(file)], Path.Combine(machine.Data, "database.js"), folder: machine.Root);
        await server.Submit();
        await server.Stop();
        Assert.AreEqual(2, Directory.GetFileSystemEntries(machine.Root).Length, "Nothing was left in the working folder.");
    }

    [TestMethod]
    public async Task It_needs_no_environment_variables()
    {
        using var folder = new TempFolder();
        await using var server = await PublishedServer.Start(["env", "-i", await PublishedFile.Native], folder.File("database.js"));
        await server.Submit();
        await server.Stop();
    }

    [TestMethod]
    public async Task Without_a_home_it_requires_a_database()
    {
        await using var server = ChildProcess.Launch([await PublishedFile.Native], new Dictionary<string, string>());
        Assert.AreEqual(1, await server.WaitForExit());
        Assert.Contains("--database", server.Errors.Text);
        Assert.HasCount(1, server.Errors.Lines);
    }

    [TestMethod]
    [DataRow("--webhook=https://farm.example/hook?token=t", "--webhook https://farm.example/hook needs TLS")]
    [DataRow("--allow-job-webhooks=https://farm.example", "--allow-job-webhooks https://farm.example/ needs TLS")]
    public async Task A_webhook_of_https_is_refused_with_what_to_do_instead(string option, string part)
    {
        using var folder = new TempFolder();
        string[] command = [await PublishedFile.Native, $"--database={folder.File("jobs.js")}", option];
        await using var server = ChildProcess.Launch(command, new Dictionary<string, string>());
        Assert.AreEqual(2, await server.WaitForExit());
        Assert.HasCount(1, server.Errors.Lines);
        Assert.Contains(part, server.Errors.Text);
        Assert.Contains("use --hook with a command such as curl, or the portable file", server.Errors.Text);
        Assert.DoesNotContain("token", server.Errors.Text);
    }

    [TestMethod]
    public async Task It_delivers_hooks_by_name_and_by_command()
    {
        using var folder = new TempFolder();
        using var receiver = HookReceiver.Start();
        var (url, ran) = ($"http://{System.Net.Dns.GetHostName()}:{receiver.Port}/hook", folder.File("ran"));
        string[] command = [await PublishedFile.Native, $"--webhook={url}", $"--hook=cat >'{ran}'", "--secret=s3cret"];
        await using var server = await PublishedServer.Start(command, folder.File("database.js"));
        (string, string) secret = ("nexrender-secret", "s3cret");
        (await server.Client.Json("POST", "jobs", Some.Job("a"), secret)).Expect(200);
        (await server.Client.Json("PUT", "jobs/a", """{"state":"finished"}""", secret)).Expect(200);
        var request = await receiver.Next(200);
        Assert.AreEqual("a", request.Uid);
        var expected = Convert.ToHexStringLower(HMACSHA256.HashData("s3cret"u8, request.Body));
        Assert.AreEqual($"sha256={expected}", request.Headers["nexrender-signature"]);
        await Eventually.True(() => File.Exists(ran) && new FileInfo(ran).Length == request.Body.Length, "the command has the body");
    }

    [TestMethod]
    public async Task A_missing_home_folder_is_created_for_its_owner_only()
    {
        using var folder = new TempFolder();
        var home = folder.File("not/there/yet");
        await using var server = await PublishedServer.Start(
            [await PublishedFile.Native], null, new Dictionary<string, string> { ["HOME"] = home });
        await server.Submit();
        await server.Stop();
        var database = Path.Combine(home, "nexrender", "database.js");
        if (OperatingSystem.IsWindows()) return;
        Assert.AreEqual(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(database));
        Assert.AreEqual(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
            File.GetUnixFileMode(Path.GetDirectoryName(database)!));
    }

    [TestMethod]
    public async Task NSS_modules_are_not_loaded()
    {
        var file = await PublishedFile.Native;
        using var debian = await Debian.Bullseye();
        debian.Install(file);
        // A module for another version of the C library, which would crash the process if it were loaded.
        debian.Write("etc/nsswitch.conf", "hosts: hesiod files dns\n");
        debian.Write("etc/hosts", "127.0.0.1 localhost render\n");
        string[] command = [.. debian.Inside, "/nexrender-listener", "--host=render"];
        await using var server = await PublishedServer.Start(command, "/data/database.js");
        await server.Submit();
        await server.Stop();
    }

    [TestMethod]
    public async Task The_limit_of_open_files_is_raised_as_far_as_it_goes()
    {
        using var folder = new TempFolder();
        await using var server = await PublishedServer.Start(
            ["sh", "-c", "ulimit -Sn 256; exec \"$0\" \"$@\"", await PublishedFile.Native], folder.File("database.js"));
        using var crowd = await Crowd.Of(400, server.Port);
        await server.Submit();
    }

    [TestMethod]
    public async Task If_the_limit_cannot_be_raised_the_server_survives_the_crowd()
    {
        using var folder = new TempFolder();
        await using var server = await PublishedServer.Start(
            ["sh", "-c", "ulimit -n 256; exec \"$0\" \"$@\"", await PublishedFile.Native], folder.File("database.js"));
        var uid = (await server.Submit()).Member("uid");
        (await Crowd.Of(400, server.Port)).Dispose();
        (await server.Client.Json("PUT", $"jobs/{uid}", """{"state":"started"}""")).Expect(200);
        await server.Submit();
        await server.Stop();
    }
}
