using System.Diagnostics;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Gate;

/// <summary>A client that behaves well beside one that does not: each of its requests but one must be answered within a second.</summary>
internal sealed class HealthyClient : IAsyncDisposable
{
    private static readonly TimeSpan Usual = TimeSpan.FromSeconds(1);

    // A machine that is busy with other tests may hold up one request for longer.
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    private readonly TestClient _client;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;
    private TimeSpan _slowest;
    private TimeSpan _secondSlowest;
    private int _answers;

    private HealthyClient(int port)
    {
        _client = new TestClient(port);
        _loop = Task.Run(Ask);
    }

    /// <summary>Starts one, and returns when it has been answered once.</summary>
    public static async Task<HealthyClient> Start(int port)
    {
        var client = new HealthyClient(port);
        await Eventually.True(() => client._answers > 0 || client._loop.IsCompleted, "the healthy client is answered");
        return client;
    }

    /// <summary>Stops it, and fails if one of its requests was not answered in time.</summary>
    public async ValueTask DisposeAsync()
    {
        // The last one is asked after whatever the other client did.
        var before = _answers;
        await Eventually.True(() => _answers > before + 1 || _loop.IsCompleted, "the healthy client is answered once more");
        await _stop.CancelAsync();
        await _loop;
        _client.Dispose();
        Assert.IsLessThan(Longest, _slowest);
        Assert.IsLessThan(Usual, _secondSlowest);
    }

    private async Task Ask()
    {
        for (var i = 0; !_stop.IsCancellationRequested; i++)
        {
            // On a connection of its own every second time, because accepting may be what is disturbed.
            (string, string)[] headers = i % 2 == 0 ? [] : [("Connection", "close")];
            var began = Stopwatch.GetTimestamp();
            (await _client.Send("GET", "health", null, headers)).Expect(200, "ok");
            var took = Stopwatch.GetElapsedTime(began);
            // The first one waits for the compiler.
            if (i > 0 && took > _slowest) (_slowest, _secondSlowest) = (took, _slowest);
            else if (i > 0 && took > _secondSlowest) _secondSlowest = took;
            _answers = i + 1;
            await Task.Delay(10);
        }
    }
}
