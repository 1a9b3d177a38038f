using System.Net;
using System.Net.Sockets;
using NexRender.Listener.Jobs;
using NexRender.Listener.Json;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Startup;

/// <summary>Every option and every variable has its effect, and an option takes precedence over its variable.</summary>
[TestClass]
public sealed class OptionTests
{
    [TestMethod]
    [DataRow("--port", "p", null)]
    [DataRow("-p", "p", null)]
    [DataRow(null, null, "p")]
    [DataRow("--port", "p", "9")]
    [DataRow("--port", "p", "no number")]
    public async Task The_port(string? option, string? value, string? variable)
    {
        using var folder = new TempFolder();
        var port = Ports.Free();
        string[] given = option is null ? [] : [option, value!.Replace("p", $"{port}")];
        string[] arguments = [$"--database={folder.File("a.js")}", .. given];
        await using var server = await ServerProcess.Start(arguments, Variable("NEXRENDER_PORT", variable?.Replace("p", $"{port}")));
        using var client = new TestClient(port);
        (await client.Send("GET", "health")).Expect(200);
    }

    [TestMethod]
    [DataRow("--secret", "s", null)]
    [DataRow("-s", "s", null)]
    [DataRow(null, null, "s")]
    [DataRow("--secret", "s", "other")]
    public async Task The_secret(string? option, string? value, string? variable)
    {
        using var folder = new TempFolder();
        var port = Ports.Free();
        string[] arguments = [.. Base(folder, port), .. option is null ? Array.Empty<string>() : [option, value!]];
        await using var server = await ServerProcess.Start(arguments, Variable("NEXRENDER_SECRET", variable));
        await AssertSecret(port, "s");
        Assert.Contains("with a secret", server.Output.Text);
    }

    [TestMethod]
    [DataRow("from the file")]
    [DataRow("from the file\n")]
    [DataRow("from the file\r\n")]
    public async Task The_secret_from_a_file_takes_precedence_over_the_variable(string content)
    {
        using var folder = new TempFolder();
        var port = Ports.Free();
        string[] arguments = [.. Base(folder, port), $"--secret-file={folder.Write("secret", content)}"];
        await using var server = await ServerProcess.Start(arguments, Variable("NEXRENDER_SECRET", "other"));
        await AssertSecret(port, "from the file");
    }

    [TestMethod]
    public async Task A_secret_may_begin_with_anything()
    {
        using var folder = new TempFolder();
        var port = Ports.Free();
        await using var server = await ServerProcess.Start([.. Base(folder, port), "--secret=@-file=x"]);
        await AssertSecret(port, "@-file=x");
    }

    [TestMethod]
    [DataRow(true, false)]
    [DataRow(false, true)]
    [DataRow(true, true)]
    public async Task The_database(bool asOption, bool asVariable)
    {
        using var folder = new TempFolder();
        var database = Path.Combine(folder.Path, "new", "folder", "jobs.js");
        var port = Ports.Free();
        string[] arguments = [$"--port={port}", .. asOption ? new[] { $"--database={database}" } : []];
        var variable = asVariable ? asOption ? folder.File("other.js") : database : null;
        await using var server = await ServerProcess.Start(arguments, Variable("NEXRENDER_DATABASE", variable));
        await Stop(server, port);
        Assert.Contains("\"from-test\"", await File.ReadAllTextAsync(database));
        Assert.IsFalse(File.Exists(folder.File("other.js")));
    }

    [TestMethod]
    public async Task The_default_database_is_in_the_home_folder_and_only_its_owner_can_read_it()
    {
        using var folder = new TempFolder();
        var port = Ports.Free();
        var home = OperatingSystem.IsWindows() ? "USERPROFILE" : "HOME";
        // An empty variable counts as unset.
        var environment = new Dictionary<string, string>
        {
            [home] = folder.Path,
            ["NEXRENDER_DATABASE"] = "",
            ["NEXRENDER_DATABASE_PROVIDER"] = "",
        };
        await using var server = await ServerProcess.Start([$"--port={port}"], environment);
        await Stop(server, port);
        var database = Path.Combine(folder.Path, "nexrender", "database.js");
        Assert.Contains("\"from-test\"", await File.ReadAllTextAsync(database));
        if (OperatingSystem.IsWindows()) return;
        Assert.AreEqual(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(database));
        Assert.AreEqual(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
            File.GetUnixFileMode(Path.GetDirectoryName(database)!));
    }

    [TestMethod]
    [DataRow("oldest-first", null, "a")]
    [DataRow("newest-first", null, "c")]
    [DataRow("priority", null, "b")]
    [DataRow(null, "oldest-first", "a")]
    [DataRow(null, "newest-first", "c")]
    [DataRow(null, "priority", "b")]
    [DataRow("priority", "newest-first", "b")]
    [DataRow(null, null, "a")]
    [DataRow(null, "", "a")]
    public async Task The_ordering(string? option, string? variable, string first)
    {
        using var folder = new TempFolder();
        var port = Ports.Free();
        string[] arguments = [.. Base(folder, port), .. option is null ? Array.Empty<string>() : [$"--ordering={option}"]];
        await using var server = await ServerProcess.Start(arguments, Variable("NEXRENDER_ORDERING", variable));
        using var client = new TestClient(port);
        foreach (var (uid, priority) in new[] { ("a", 0), ("b", 1), ("c", 0) })
            (await client.Json("POST", "jobs", Some.Job(uid, priority: priority))).Expect(200);
        Assert.AreEqual(first, (await client.Send("GET", "jobs/pickup")).Expect(200).Member("uid"));
    }

    [TestMethod]
    [DataRow(null, "127.0.0.1")]
    [DataRow(null, "localhost")]
    [DataRow("localhost", "127.0.0.1")]
    [DataRow("localhost", "localhost")]
    [DataRow("127.0.0.1", "127.0.0.1")]
    [DataRow("127.0.0.1", "localhost")]
    public async Task The_host(string? host, string asked)
    {
        using var folder = new TempFolder();
        var port = Ports.Free();
        string[] given = host is null ? [] : [$"--host={host}"];
        await using var server = await ServerProcess.Start([.. Base(folder, port), .. given]);
        using var handler = new SocketsHttpHandler
        {
            // As clients of Node 18 do: only the first address that the resolver lists.
            ConnectCallback = async (context, token) =>
            {
                var address = (await Dns.GetHostAddressesAsync(context.DnsEndPoint.Host, token))[0];
                var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(new IPEndPoint(address, context.DnsEndPoint.Port), token);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
        using var http = new HttpClient(handler);
        Assert.AreEqual("ok", await http.GetStringAsync($"http://{asked}:{port}/api/v1/health"));
    }

    [TestMethod]
    public async Task With_a_host_no_other_address_is_listened_on()
    {
        if (!OperatingSystem.IsLinux()) Assert.Inconclusive("Only on Linux every address that begins with 127 is local.");
        using var folder = new TempFolder();
        var port = Ports.Free();
        await using var server = await ServerProcess.Start([.. Base(folder, port), "--host=127.0.0.1"]);
        using var http = new HttpClient();
        await Assert.ThrowsExactlyAsync<HttpRequestException>(() => http.GetStringAsync($"http://127.0.0.2:{port}/api/v1/health"));
    }

    private static string[] Base(TempFolder folder, int port) => [$"--port={port}", $"--database={folder.File("jobs.js")}"];

    private static Dictionary<string, string> Variable(string name, string? value) => value is null ? [] : new() { [name] = value };

    private static async Task AssertSecret(int port, string secret)
    {
        using var client = new TestClient(port);
        (await client.Send("GET", "jobs")).Expect(403);
        (await client.Send("GET", "jobs", null, ("nexrender-secret", "other"))).Expect(403);
        (await client.Send("GET", "jobs", null, ("nexrender-secret", secret))).Expect(200);
    }

    private static async Task Stop(ServerProcess server, int port)
    {
        using var client = new TestClient(port);
        (await client.Json("POST", "jobs", Some.Job("from-test"))).Expect(200);
        Assert.AreEqual(0, await server.Terminate());
    }
}
