using System.Text;
using NexRender.Listener.Jobs;
using NexRender.Listener.Jobs.Lifecycle;
using NexRender.Listener.Json;
using NexRender.Listener.Storage;
using NexRender.Listener.Storage.Files;
using NexRender.Listener.Tests.Durability.Disks;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Durability.Harness;

/// <summary>A job store and its storage in this process, without HTTP, on a disk of the test's choice.</summary>
internal sealed class Embedded : IAsyncDisposable
{
    private readonly JobStore _store;

    private Embedded(string database, StorageOptions options)
    {
        var opened = Database.Open(database, options, Reports.Add, Reports.Add);
        try
        {
            _store = JobStore.Open(opened, JobOrdering.OldestFirst, new RetryPolicy(), TimeProvider.System);
        }
        catch
        {
            opened.DisposeAsync().AsTask().GetAwaiter().GetResult();
            throw;
        }
    }

    public List<string> Reports { get; } = [];

    public string? HealthProblem => _store.HealthProblem;

    public static Embedded Open(string database, StorageOptions options) => new(database, options);

    /// <summary>Returns the uids of all jobs of a database in their order.</summary>
    public static async Task<string[]> Uids(string database)
    {
        await using var opened = Open(database, new StorageOptions { Disk = new QuickDisk(), ReserveSize = 1 });
        return await opened.Uids();
    }

    public async Task<string[]> Uids() => [.. (await _store.ListAsync()).Select(job => job.Uid)];

    /// <summary>Creates a job; returns the reason of a refusal, or <c>null</c>.</summary>
    public async Task<string?> Create(string uid, int padding = 0)
    {
        var json = Some.Job(uid, members: $"\"filler\":\"{new string('x', padding)}\"");
        return (await _store.CreateAsync(JsonObject.ParseRequest(Encoding.UTF8.GetBytes(json)), "test")).Refusal?.Message;
    }

    public async Task<string?> Remove(string uid) => (await _store.RemoveAsync(uid, "test")).Refusal?.Message;

    public ValueTask DisposeAsync() => _store.DisposeAsync();
}
