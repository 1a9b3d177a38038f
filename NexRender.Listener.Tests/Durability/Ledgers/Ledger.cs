using System.Collections.Concurrent;
using System.Text.Json;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Durability.Ledgers;

/// <summary>
/// Records everything that a server told its clients, to compare it with what the server shows later, after a crash for example. What was
/// acknowledged or shown must be there; requests without a response may have been applied or not; nothing else may be there.
/// </summary>
internal sealed class Ledger
{
    private readonly ConcurrentDictionary<string, LedgerEntry> _entries = new();
    private readonly ConcurrentQueue<string> _contradictions = new();
    private LedgerEntry? _newest;
    private int _number;
    private int _acknowledged;

    public Ledger()
    {
    }

    /// <summary>Creates a copy of another ledger.</summary>
    public Ledger(Ledger before)
    {
        _number = before._number;
        foreach (var entry in before._entries.Values) _entries[entry.Uid] = new LedgerEntry(entry);
    }

    /// <summary>The number of acknowledged changes.</summary>
    public int AcknowledgedChanges => _acknowledged;

    /// <summary>The contradictions in the responses of a running server.</summary>
    public IReadOnlyCollection<string> Contradictions => _contradictions;

    public ICollection<LedgerEntry> Entries => _entries.Values;

    /// <summary>The job that was created last.</summary>
    public LedgerEntry? Newest => Volatile.Read(ref _newest);

    /// <summary>Creates an entry with a new uid; the uids of one owner grow, and so must their places in the list.</summary>
    public LedgerEntry NewEntry(string owner)
    {
        var entry = new LedgerEntry($"{owner}-{Interlocked.Increment(ref _number):d7}");
        _entries[entry.Uid] = entry;
        Volatile.Write(ref _newest, entry);
        return entry;
    }

    public LedgerEntry? Find(string uid) => _entries.GetValueOrDefault(uid);

    public void Acknowledge(LedgerEntry entry, int step)
    {
        entry.Acknowledge(step);
        Interlocked.Increment(ref _acknowledged);
    }

    public void Contradict(string what) => _contradictions.Enqueue(what);

    /// <summary>Records that a client was shown this job.</summary>
    public void See(JsonElement job)
    {
        var uid = job.GetProperty("uid").GetString()!;
        if (!LedgerJob.IsConsistent(job)) Contradict($"{uid} is inconsistent");
        Find(uid)?.See(LedgerJob.Step(job));
    }

    /// <summary>Asserts that the server shows what it must, then continues from what it shows.</summary>
    public async Task Verify(TestClient client, string when)
    {
        var wrong = await Check(client);
        Assert.IsEmpty(wrong, $"{when}: {wrong.Count} of {_entries.Count} jobs: {string.Join("; ", wrong.Take(5))}");
    }

    /// <summary>Compares all jobs that the server shows; returns a description of each contradiction.</summary>
    public async Task<List<string>> Check(TestClient client)
    {
        var wrong = _contradictions.ToList();
        var found = new Dictionary<string, int>();
        var lastOf = new Dictionary<string, string>();
        foreach (var job in (await client.Send("GET", "jobs")).Expect(200).Json.EnumerateArray())
        {
            var uid = job.GetProperty("uid").GetString()!;
            if (!found.TryAdd(uid, LedgerJob.Step(job))) wrong.Add($"{uid} is there twice");
            if (!_entries.ContainsKey(uid)) wrong.Add($"{uid} was never sent");
            if (!LedgerJob.IsConsistent(job)) wrong.Add($"{uid} is inconsistent");
            var owner = uid[..uid.IndexOf('-')];
            if (string.CompareOrdinal(lastOf.GetValueOrDefault(owner), uid) > 0) wrong.Add($"{uid} comes after {lastOf[owner]}");
            lastOf[owner] = uid;
        }

        foreach (var entry in _entries.Values)
        {
            var step = found.GetValueOrDefault(entry.Uid, LedgerEntry.Absent);
            if (entry.Compare(step) is { } contradiction) wrong.Add(contradiction);
            entry.Settle(step);
        }

        return wrong;
    }
}
