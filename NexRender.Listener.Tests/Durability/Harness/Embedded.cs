using System.Text;
using NexRender.Listener.Jobs;
using NexRender.Listener.Jobs.Changes;
using NexRender.Listener.Jobs.Lifecycle;
using NexRender.Listener.Jobs.Queue;
using NexRender.Listener.Jobs.Submissions;
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

    /// <summary>Creates a job; returns the reason of a refusal, or <c>null</c>.</summary>
    public async Task<string?> Post(string json) =>
        (await _store.CreateAsync(JsonObject.ParseRequest(Encoding.UTF8.GetBytes(json)), "test")).Refusal?.Message;

    /// <summary>Applies the body of a PUT; returns the reason of a refusal, or <c>null</c>.</summary>
    public async Task<string?> Put(string uid, string json) =>
        (await _store.UpdateAsync(uid, JsonObject.ParseRequest(Encoding.UTF8.GetBytes(json)), "test")).Refusal?.Message;

    /// <summary>Puts a job that has ended back into the queue; returns the reason of a refusal, or <c>null</c>.</summary>
    public async Task<string?> Retry(string uid) => (await _store.RetryAsync(uid, "test")).Refusal?.Message;

    /// <summary>Hands out a job, if there is one.</summary>
    public async Task PickUp() => await _store.Pickups.PickUpAsync([], new WorkerIdentity("worker", IsNamed: false, "test"));

    /// <summary>Returns the bytes of all jobs in their order, a job a line.</summary>
    public async Task<string> Text() =>
        string.Join('\n', (await _store.ListAsync()).Select(job => Encoding.UTF8.GetString(job.Json.ToArray())));

    /// <summary>Creates jobs with one request, of which two depend on the first; returns the reason of a refusal, or <c>null</c>.</summary>
    public async Task<string?> Submit(int count, int padding)
    {
        var filler = $"\"filler\":\"{new string('x', padding)}\"";
        var jobs = Enumerable.Range(0, count).Select(n => Some.Job($"job{n}", members: filler))
            .Append(Some.Job("sum", members: "\"dependsOn\":[\"#0\"]")).Append(Some.Job("end", members: "\"dependsOn\":[\"sum\"]"));
        var bodies = jobs.Select(json => JsonObject.ParseRequest(Encoding.UTF8.GetBytes(json)));
        var submission = Submission.Read(bodies, "test", batch: null, DateTimeOffset.UtcNow);
        return (await _store.Many.SubmitAsync(submission, "test", isWhole: true, isDryRun: false))?.Message;
    }

    /// <summary>Acts on all jobs; returns the reason of a refusal, or <c>null</c>.</summary>
    public async Task<string?> ActOnAll(Func<ManyJobs, BulkSelection, Task<BulkResult>> act) =>
        (await act(_store.Many, new BulkSelection(Uids: null))).Refusal?.Message;

    public async Task<string?> Cancel(string uid) =>
        (await _store.CancelAsync(uid, "", "test")).Refusal is { Kind: not RefusalKind.Conflict } refusal ? refusal.Message : null;

    public async Task<Job[]> List() => await _store.ListAsync();

    public async Task<string?> Remove(string uid) => (await _store.RemoveAsync(uid, "test")).Refusal?.Message;

    public ValueTask DisposeAsync() => _store.DisposeAsync();
}
