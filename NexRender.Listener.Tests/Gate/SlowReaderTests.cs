using NexRender.Listener.Http.Gate;
using NexRender.Listener.Tests.Numbers;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Gate;

/// <summary>Clients that read slowly, or not at all, or go away while they wait.</summary>
[TestClass]
public sealed class SlowReaderTests
{
    private const int Readers = 20;

    [TestMethod]
    public async Task Slow_readers_of_a_large_list_hold_up_nobody_and_cost_no_thread()
    {
        await using var server = await TestServer.Start(isGated: true);
        for (var i = 0; i < 5; i++)
        {
            (await server.Post(Some.Job($"large-{i}", members: $"\"pad\":\"{new string('x', 10_000_000)}\""))).Expect(200);
        }
        var threads = ThreadPool.ThreadCount;
        await using (await HealthyClient.Start(server.Port))
        {
            var readers = new List<RawClient>();
            for (var i = 0; i < Readers; i++)
            {
                readers.Add(await RawClient.Connect(server.Port, receiveBuffer: 65_536));
                await readers[i].Send(GateCase.Get + "\r\n");
            }
            // All of them have the beginning, and stop reading there.
            foreach (var reader in readers) await reader.ReadUntil("large-0");
            (await server.Get("jobs/large-4/status")).Expect(200);
            Assert.IsLessThan(threads + Readers / 2, ThreadPool.ThreadCount);
            // Then one of them reads on, to the end.
            var whole = await readers[7].ReadUntil("large-4");
            Assert.IsGreaterThan(40_000_000, whole.Length);
            foreach (var reader in readers) reader.Dispose();
        }
    }

    [TestMethod]
    public async Task The_handler_is_not_far_ahead_of_what_a_slow_reader_has_read()
    {
        await using var server = await TestServer.Start(isGated: true);
        // As much as the buffers of the system would take.
        (await server.Post(Some.Job("large", members: $"\"pad\":\"{new string('x', 2_000_000)}\""))).Expect(200);
        using var reader = await RawClient.Connect(server.Port, receiveBuffer: 65_536);
        await reader.Send(GateCase.Get + "\r\n");
        await reader.ReadUntil("large");
        (await server.Get("jobs")).Expect(200);
        (await server.Get("jobs")).Expect(200);
        await Eventually.True(async () => await Lists() == 2, "the lists that were read are counted");
        await reader.ReadUntil("xxx\"");
        await Eventually.True(async () => await Lists() == 3, "the list of the slow reader is counted once it was read");

        async Task<double> Lists() => (await Metrics.Get(server)).Sum("http_requests_total{method=\"GET\",route=\"/jobs\",");
    }

    [TestMethod]
    public async Task A_reader_that_stalls_for_too_long_is_disconnected_without_a_whole_answer()
    {
        var limits = new GateLimits { Silence = TimeSpan.FromMilliseconds(300) };
        await using var server = await TestServer.Start(new ListenerOptions { Gate = limits }, isGated: true);
        (await server.Post(Some.Job("large", members: $"\"pad\":\"{new string('x', 20_000_000)}\""))).Expect(200);
        using var reader = await RawClient.Connect(server.Port, receiveBuffer: 65_536);
        await reader.Send(GateCase.Get + "\r\n");
        await reader.ReadUntil("large");
        await Task.Delay(limits.Silence * 4);
        Assert.IsLessThan(20_000_000, (await reader.ReadToEnd()).Length);
    }
}
