using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Durability.Ledgers;

/// <summary>Several clients of a ledger at once, and one that reads all jobs.</summary>
internal sealed class Load : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly List<TestClient> _connections = [];
    private readonly Task _work;

    private Load(Ledger ledger, int port, int clients, int padding)
    {
        var tasks = new List<Task>();
        for (var i = 0; i < clients; i++)
        {
            var client = new LedgerClient(ledger, Connect(port), $"c{i}", padding);
            var random = new Random(Random.Shared.Next());
            tasks.Add(Task.Run(() => client.Run(random, _stop.Token)));
        }

        var watcher = Connect(port);
        tasks.Add(Task.Run(() => Watch(ledger, watcher)));
        _work = Task.WhenAll(tasks);
    }

    public static Load Start(Ledger ledger, int port, int clients = 4, int padding = 0) => new(ledger, port, clients, padding);

    /// <summary>Waits until every client has its last response or has found that the server is gone.</summary>
    public async Task Stop()
    {
        await _stop.CancelAsync();
        await _work.WaitAsync(Eventually.Deadline);
    }

    public async ValueTask DisposeAsync()
    {
        await Stop();
        foreach (var connection in _connections) connection.Dispose();
        _stop.Dispose();
    }

    private TestClient Connect(int port)
    {
        var connection = new TestClient(port);
        _connections.Add(connection);
        return connection;
    }

    private async Task Watch(Ledger ledger, TestClient client)
    {
        try
        {
            for (var i = 1; !_stop.IsCancellationRequested; i++)
            {
                if (i % 16 == 0)
                {
                    // A stopping server refuses requests.
                    if (await client.Send("GET", "jobs") is { Status: 200 } list)
                        foreach (var job in list.Json.EnumerateArray()) ledger.See(job);
                    continue;
                }

                // The changes of the newest jobs are most likely not durable yet.
                if (ledger.Newest is not { } newest) continue;
                var answer = await client.Send("GET", $"jobs/{newest.Uid}");
                if (answer.Status == 200) ledger.See(answer.Json);
            }
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            // The server is gone.
        }
    }
}
