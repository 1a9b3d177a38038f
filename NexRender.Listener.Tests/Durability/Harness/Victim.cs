using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Durability.Harness;

/// <summary>A server process on a database that outlives it, to be killed or made to fail, and a client for it.</summary>
internal sealed class Victim : IAsyncDisposable
{
    private Victim(ServerProcess process, int port)
    {
        (Process, Port) = (process, port);
        Client = new TestClient(port);
    }

    public ServerProcess Process { get; }

    public int Port { get; }

    public TestClient Client { get; }

    /// <summary>Starts a server and waits until it listens.</summary>
    /// <param name="database">Its database file.</param>
    /// <param name="prefix">See <see cref="ServerProcess.Launch"/>.</param>
    /// <param name="program">See <see cref="ServerProcess.Launch"/>.</param>
    public static async Task<Victim> Start(string database, IReadOnlyList<string>? prefix = null, IReadOnlyList<string>? program = null)
    {
        for (var attempt = 1; ; attempt++)
        {
            var port = Ports.Free();
            try
            {
                return new Victim(await ServerProcess.Start(Arguments(database, port), prefix: prefix, program: program), port);
            }
            catch (AssertFailedException e) when (attempt < 5 && e.Message.Contains($"{port}") && Ports.IsTaken(port))
            {
                // Another process took the port first: try another one.
            }
        }
    }

    /// <summary>Starts a server that may exit before it listens; parameters as for <see cref="Start"/>.</summary>
    public static Victim Launch(string database, IReadOnlyList<string>? prefix = null, IReadOnlyList<string>? program = null)
    {
        var port = Ports.Free();
        return new Victim(ServerProcess.Launch(Arguments(database, port), prefix: prefix, program: program), port);
    }

    /// <summary>Waits until it listens or has exited.</summary>
    /// <returns>True if it listens.</returns>
    public async Task<bool> IsUp()
    {
        try
        {
            await Process.Started();
            return true;
        }
        catch (AssertFailedException) when (Process.Output.End.IsCompleted)
        {
            await Process.WaitForExit();
            return false;
        }
    }

    /// <summary>Returns true if it still responds; otherwise waits for its exit.</summary>
    public async Task<bool> IsAlive()
    {
        try
        {
            if (!Process.HasExited) return (await Client.Send("GET", "health")).Status == 200;
        }
        catch (HttpRequestException)
        {
            // It has exited or is exiting.
        }

        await Process.WaitForExit();
        return false;
    }

    public void Kill() => Process.Kill();

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Process.DisposeAsync();
    }

    private static string[] Arguments(string database, int port) =>
        [$"--port={port}", "--host=127.0.0.1", $"--database={database}"];
}
