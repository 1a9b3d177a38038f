using System.Text;
using NexRender.Listener.Jobs;
using NexRender.Listener.Jobs.Lifecycle;
using NexRender.Listener.Jobs.Queue;
using NexRender.Listener.Json;
using NexRender.Listener.Storage;
using NexRender.Listener.Storage.Redis;
using NexRender.Listener.Storage.Redis.Wire;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Redis.Fixtures;

/// <summary>The jobs of a server that leads, over a Redis, without its routes.</summary>
internal sealed class RedisStore : IAsyncDisposable
{
    private readonly RedisLeadership _leadership;
    private readonly RedisTerm _term;

    private RedisStore(RedisLeadership leadership, RedisTerm term, RedisStorage storage, JobStore jobs) =>
        (_leadership, _term, Storage, Jobs) = (leadership, term, storage, jobs);

    public RedisStorage Storage { get; }

    public JobStore Jobs { get; }

    public RedisTerm Term => _term;

    /// <summary>Opens the jobs once this server leads.</summary>
    public static async Task<RedisStore> Open(string url, Func<RedisOptions, RedisOptions>? change = null, bool isFirst = true)
    {
        Assert.IsNull(RedisAddress.Parse(url, out var address));
        var options = new RedisOptions(address!) { LeadTimeout = TimeSpan.FromSeconds(1) };
        options = change?.Invoke(options) ?? options;
        var leadership = new RedisLeadership(options, StorageLog.None);
        leadership.Start();
        var term = await leadership.Next;
        var storage = new RedisStorage(options, term, isFirst, StorageLog.None, null);
        try
        {
            return new RedisStore(
                leadership, term, storage, JobStore.Open(storage, JobOrdering.OldestFirst, new RetryPolicy(), TimeProvider.System));
        }
        catch
        {
            await storage.DisposeAsync();
            leadership.Release(term);
            leadership.Dispose();
            throw;
        }
    }

    public Task<JobResult> Create(string uid, string? members = null) =>
        Jobs.CreateAsync(JsonObject.ParseRequest(Encoding.UTF8.GetBytes(Some.Job(uid, members: members))), "test").AsTask();

    public Task<JobResult> Update(string uid, string body) =>
        Jobs.UpdateAsync(uid, JsonObject.ParseRequest(Encoding.UTF8.GetBytes(body)), "test").AsTask();

    public async Task<JobResult> PickUp() =>
        (await Jobs.Pickups.PickUpAsync([], new WorkerIdentity("worker", IsNamed: true, "test"))).Result;

    public async Task<string> Uids() => string.Join(' ', (await Jobs.ListAsync()).Select(job => job.Uid));

    public async ValueTask DisposeAsync()
    {
        await Jobs.DisposeAsync();
        _leadership.Release(_term);
        _leadership.Dispose();
    }
}
