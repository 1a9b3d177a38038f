using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using NexRender.Listener.Http.Startup;
using NexRender.Listener.Jobs;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Startup;

/// <summary>Every reason for a failed start is one line with its remedy, and the exit code is 1.</summary>
[TestClass]
public sealed class RefusalTests
{
    private const string Job = """{"uid":"a","state":"queued"}""";

    [TestMethod]
    public async Task A_port_in_use()
    {
        using var folder = new TempFolder();
        using var other = new TcpListener(IPAddress.Any, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;
        var refused = await ServerProcess.Run([$"--port={port}", $"--database={folder.File("a.js")}"]);
        refused.ExpectRefusal(1, $"port {port} is in use", "--port");
    }

    [TestMethod]
    public async Task A_port_that_the_user_may_not_listen_on()
    {
        if (OperatingSystem.IsWindows()) Assert.Inconclusive("Windows has another restriction, which the next test covers.");
        using var folder = new TempFolder();
        var refused = await ServerProcess.Run(["--port=80", $"--database={folder.File("a.js")}"], prefix: Capabilities.NoLowPorts);
        refused.ExpectRefusal(1, "may not listen on port 80", "--port");
    }

    [TestMethod]
    public void On_Windows_the_command_that_gives_the_right_is_shown()
    {
        var line = Line(5, "Access is denied", null, 3000, isWindows: true);
        Assert.Contains("netsh http add urlacl url=http://+:3000/ user=\"", line);
        Assert.Contains("--host localhost", line);
    }

    [TestMethod]
    public void On_Windows_the_command_names_the_given_host() =>
        Assert.Contains("url=http://10.0.0.5:81/ ", Line(5, "Access is denied", "10.0.0.5", 81, isWindows: true));

    [TestMethod]
    [DataRow(32, true, "in use")]
    [DataRow(183, true, "in use")]
    [DataRow(48, false, "in use")]
    [DataRow(98, false, "in use")]
    [DataRow(1214, true, "not an address of this machine")]
    [DataRow(87, true, "not an address of this machine")]
    [DataRow(49, false, "not an address of this machine")]
    [DataRow(99, false, "not an address of this machine")]
    [DataRow(13, false, "below 1024")]
    [DataRow(1234, true, "error 1234")]
    public void Every_system_has_its_own_error_codes(int code, bool isWindows, string part) =>
        Assert.Contains(part, Line(code, "No", "render", 3000, isWindows));

    private static string Line(int code, string message, string? host, int port, bool isWindows)
    {
        var (problem, reason) = BindErrors.Explain(code, message, host, port, isWindows);
        return StartupErrors.DescribeForCommandLine(StartupErrors.Translate(new ListenException(problem, reason)));
    }

    [TestMethod]
    [DataRow("203.0.113.1", "203.0.113.1 is not an address of this machine", false)]
    [DataRow("2001:db8::1", "2001:db8::1 is not an address of this machine", false)]
    [DataRow("::1", "::1", true)]
    public async Task A_host_that_is_not_an_address_of_this_machine(string host, string part, bool isDirect)
    {
        if (OperatingSystem.IsWindows()) Assert.Inconclusive("Windows listens on any name.");
        // HttpListener itself cannot name any IPv6 address.
        if (Executable.IsDirect && host.Contains(':')) part = host;
        using var folder = new TempFolder();
        string[] direct = isDirect ? ["--direct"] : [];
        var refused = await ServerProcess.Run([.. direct, $"--host={host}", $"--port={Ports.Free()}", $"--database={folder.File("a.js")}"]);
        refused.ExpectRefusal(1, part, "--host");
    }

    [TestMethod]
    [DataRow("{\"uid\":\"a\"", "line 1, column 11")]
    [DataRow("{}", "is not a JSON array")]
    [DataRow("7", "is not a JSON array")]
    [DataRow("\"[]\"", "is not a JSON array")]
    [DataRow("module.exports = []", "line 1, column 1")]
    [DataRow("[" + Job + ",\n  {\"uid\":x}]", "line 2, column 10")]
    [DataRow("[\n" + Job + ",\n" + Job + "\n" + Job + "]", "line 4, column 1")]
    [DataRow("[" + Job + ",]", "line 1, column 31")]
    [DataRow("[\n" + Job, "line 2, column 29")]
    [DataRow("[" + Job + ",\n", "the file ends inside the array")]
    [DataRow("[\n\n  7]", "line 3, column 3")]
    [DataRow("[" + Job + ",null]", "line 1, column 31")]
    [DataRow("[]\n[]", "line 2, column 1")]
    [DataRow("[{\"state\":\"queued\"}]", "job 1 of its array has no uid")]
    [DataRow("[" + Job + ",{\"uid\":\"\"}]", "job 2 of its array has no uid")]
    [DataRow("[" + Job + ",{\"uid\":null}]", "job 2 of its array has no uid")]
    public async Task A_database_that_cannot_be_read_is_left_as_it_is(string content, string part)
    {
        using var folder = new TempFolder();
        var database = folder.Write("jobs.js", content);
        var written = File.GetLastWriteTimeUtc(database);
        var refused = await ServerProcess.Run([$"--port={Ports.Free()}", $"--database={database}"]);
        refused.ExpectRefusal(1, database, part, "the file was not modified");
        Assert.AreEqual(content, File.ReadAllText(database));
        Assert.AreEqual(written, File.GetLastWriteTimeUtc(database));
        Assert.IsEmpty(Directory.GetFiles(folder.Path).Select(Path.GetFileName).Except(["jobs.js", "jobs.js.lock"]));
    }

    [TestMethod]
    public async Task A_database_that_is_not_UTF8_is_left_as_it_is()
    {
        using var folder = new TempFolder();
        byte[] content = [.. "[\n{\"uid\":\"a"u8, 0xFF, .. "\"}]"u8];
        File.WriteAllBytes(folder.File("jobs.js"), content);
        (await ServerProcess.Run([$"--port={Ports.Free()}", $"--database={folder.File("jobs.js")}"])).ExpectRefusal(1, "line 2", "UTF-8");
        CollectionAssert.AreEqual(content, File.ReadAllBytes(folder.File("jobs.js")));
    }

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    [UnsupportedOSPlatform("windows")]
    public async Task A_database_that_the_user_may_not_read()
    {
        using var folder = new TempFolder();
        var database = folder.Write("jobs.js", "[]");
        File.SetUnixFileMode(database, UnixFileMode.None);
        var refused = await ServerProcess.Run([$"--port={Ports.Free()}", $"--database={database}"], prefix: Capabilities.NoOverride);
        refused.ExpectRefusal(1, $"cannot read the database {database}", "--database");
    }

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    [UnsupportedOSPlatform("windows")]
    public async Task A_folder_that_the_user_may_not_write_to()
    {
        using var folder = new TempFolder();
        File.SetUnixFileMode(folder.Path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        try
        {
            string[] arguments = [$"--port={Ports.Free()}", $"--database={folder.File("jobs.js")}"];
            var refused = await ServerProcess.Run(arguments, prefix: Capabilities.NoOverride);
            refused.ExpectRefusal(1, $"cannot write to the folder {folder.Path}", "--database");
        }
        finally
        {
            File.SetUnixFileMode(folder.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    [TestMethod]
    public async Task A_folder_that_cannot_be_made()
    {
        using var folder = new TempFolder();
        var file = folder.Write("file", "");
        var refused = await ServerProcess.Run([$"--port={Ports.Free()}", $"--database={Path.Combine(file, "jobs.js")}"]);
        refused.ExpectRefusal(1, file, "--database");
    }

    [TestMethod]
    public async Task A_database_that_is_a_folder()
    {
        using var folder = new TempFolder();
        (await ServerProcess.Run([$"--port={Ports.Free()}", $"--database={folder.Path}"])).ExpectRefusal(1, folder.Path, "is a folder");
    }

    [TestMethod]
    public async Task A_database_that_another_server_holds()
    {
        using var folder = new TempFolder();
        string[] database = [$"--database={folder.File("jobs.js")}"];
        var port = Ports.Free();
        await using var first = await ServerProcess.Start([$"--port={port}", .. database]);
        var refused = await ServerProcess.Run([$"--port={Ports.Free()}", .. database]);
        refused.ExpectRefusal(1, folder.File("jobs.js"), "in use by another server");
        using var client = new TestClient(port);
        (await client.Json("POST", "jobs", Some.Job("a"))).Expect(200);
        // A killed server holds no lock.
        first.Kill();
        await using var second = await ServerProcess.Start([$"--port={Ports.Free()}", .. database]);
    }

    [TestMethod]
    public async Task Another_kind_of_store()
    {
        using var folder = new TempFolder();
        var environment = new Dictionary<string, string> { ["HOME"] = folder.Path, ["NEXRENDER_DATABASE_PROVIDER"] = "nedb" };
        var refused = await ServerProcess.Run([$"--port={Ports.Free()}"], environment);
        refused.ExpectRefusal(1, "NEXRENDER_DATABASE_PROVIDER", "nedb", "unset");
        Assert.IsEmpty(Directory.GetFileSystemEntries(folder.Path));
    }

    [TestMethod]
    public async Task No_home_and_no_database() =>
        (await ServerProcess.Run([$"--port={Ports.Free()}"])).ExpectRefusal(1, "--database", "NEXRENDER_DATABASE");

    [TestMethod]
    public async Task A_secret_file_that_is_not_there()
    {
        using var folder = new TempFolder();
        string[] arguments = [$"--secret-file={folder.File("s")}", $"--database={folder.File("a.js")}"];
        (await ServerProcess.Run(arguments)).ExpectRefusal(1, folder.File("s"));
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("\r\n")]
    public async Task A_secret_file_that_is_empty(string content)
    {
        using var folder = new TempFolder();
        string[] arguments = [$"--secret-file={folder.Write("s", content)}", $"--database={folder.File("a.js")}"];
        (await ServerProcess.Run(arguments)).ExpectRefusal(1, folder.File("s"), "empty");
    }
}
