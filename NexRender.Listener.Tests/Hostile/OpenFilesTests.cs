using System.Net.Sockets;
using NexRender.Listener.Jobs;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Hostile;

/// <summary>More clients than the limit on open files.</summary>
[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class OpenFilesTests
{
    private const int Clients = 400;

    [TestMethod]
    public async Task A_low_limit_is_raised_as_far_as_it_goes()
    {
        using var folder = new TempFolder();
        var port = Ports.Free();
        await using var server = await Start(folder, port, "ulimit -Hn 4096; ulimit -Sn 256");
        var clients = await ConnectMany(port);
        await Submit(port, "while-they-are-there");
        foreach (var raw in clients) raw.Dispose();
        await Submit(port, "when-they-have-gone");
        Assert.AreEqual(0, await server.Terminate(), server.Errors.Text);
    }

    [TestMethod]
    public async Task Beyond_the_limit_nothing_that_was_acknowledged_is_lost()
    {
        using var folder = new TempFolder();
        var port = Ports.Free();
        await using (var server = await Start(folder, port, "ulimit -n 256"))
        {
            await Submit(port, "before");
            await Crowd(port);
            // The native executable survives; the just-in-time runtime may end the process, which is then restarted.
            await Eventually.True(async () => server.HasExited || await TrySubmit(port, "after"), "the server is back, or has ended");
            if (Executable.Published is not null) Assert.IsFalse(server.HasExited, server.Errors.Text);
            if (!server.HasExited) await server.Terminate();
        }

        await using var again = await Start(folder, port, ":");
        using var client = new TestClient(port);
        Assert.StartsWith("before", (await client.Send("GET", "jobs")).Expect(200).Uids);
        await Submit(port, "again");
    }

    private static Task<ServerProcess> Start(TempFolder folder, int port, string limit) => ServerProcess.Start(
        [$"--port={port}", $"--database={folder.File("jobs.js")}"], prefix: ["sh", "-c", $"{limit}; exec \"$@\"", "sh"]);

    private static async Task<List<RawClient>> ConnectMany(int port)
    {
        var clients = new List<RawClient>();
        for (var i = 0; i < Clients; i++) clients.Add(await RawClient.Connect(port));
        return clients;
    }

    private static async Task Crowd(int port)
    {
        try
        {
            foreach (var raw in await ConnectMany(port)) raw.Dispose();
        }
        catch (SocketException)
        {
            // The process ended while clients were still connecting.
        }
    }

    private static async Task Submit(int port, string uid)
    {
        using var client = new TestClient(port);
        (await client.Json("POST", "jobs", Some.Job(uid))).Expect(200);
    }

    private static async Task<bool> TrySubmit(int port, string uid)
    {
        try
        {
            using var client = new TestClient(port);
            return (await client.Json("POST", "jobs", Some.Job(uid))).Status == 200;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
