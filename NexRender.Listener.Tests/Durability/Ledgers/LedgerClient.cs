using System.Text.Json;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Durability.Ledgers;

/// <summary>
/// Creates, picks up, updates, reads and removes jobs over its own connection, one request at a time, and records requests and responses
/// in the ledger. Its jobs carry its name as their tag, so that its pickups return no others.
/// </summary>
internal sealed class LedgerClient(Ledger ledger, TestClient client, string name, int padding = 0)
{
    private readonly List<LedgerEntry> _jobs = [];

    /// <summary>The status of the last request; <c>null</c> if the server was gone.</summary>
    public int? LastStatus { get; private set; }

    /// <summary>The text of the last response.</summary>
    public string LastText { get; private set; } = "";

    public IReadOnlyList<LedgerEntry> Jobs => _jobs;

    /// <summary>Sends requests until it is cancelled or the server is gone.</summary>
    public async Task Run(Random random, CancellationToken stop)
    {
        do
        {
            await (random.Next(10) switch
            {
                < 4 => Create(),
                < 7 => Work(random.Next(1, 4)),
                7 when _jobs.Count > 8 => Remove(random.Next(_jobs.Count)),
                _ when _jobs.Count > 0 => Read(_jobs[random.Next(_jobs.Count)]),
                _ => PickUpNothing(),
            });
        }
        while (LastStatus is not null && !stop.IsCancellationRequested);
    }

    public async Task<LedgerEntry> Create()
    {
        var entry = ledger.NewEntry(name);
        var made = await Change(entry, LedgerEntry.Created, "POST", "jobs", LedgerJob.Create(entry.Uid, name, padding));
        if (made is not null) _jobs.Add(entry);
        return entry;
    }

    /// <summary>Picks up a job and sends updates; the third one finishes it.</summary>
    public async Task Work(int updates)
    {
        if (await PickUp() is not { } entry) return;
        for (var step = LedgerEntry.FirstUpdate; step < LedgerEntry.FirstUpdate + updates; step++)
            if (!await Update(entry, step)) return;
    }

    public async Task<bool> Update(LedgerEntry entry, int step)
    {
        var state = step >= LedgerEntry.FirstUpdate + 2 ? "finished" : "started";
        return await Change(entry, step, "PUT", $"jobs/{entry.Uid}", LedgerJob.Update(entry.Uid, step, state, padding)) is not null;
    }

    public async Task Remove(int index)
    {
        var entry = _jobs[index];
        if (await Change(entry, LedgerEntry.Removed, "DELETE", $"jobs/{entry.Uid}") is not null) _jobs.RemoveAt(index);
    }

    public async Task Read(LedgerEntry entry)
    {
        if (await Ask("GET", $"jobs/{entry.Uid}") is not { Status: 200 or 404 } answer) return;
        var step = answer.Status == 200 ? LedgerJob.Step(answer.Json) : LedgerEntry.Absent;
        if (entry.Compare(step) is { } contradiction) ledger.Contradict(contradiction);
        if (answer.Status == 200) ledger.See(answer.Json);
    }

    public async Task<LedgerEntry?> PickUp()
    {
        // The job is not known before the response, so each queued one may have been picked up.
        var possible = ledger.Entries.Where(e => e.Uid.StartsWith(name + "-", StringComparison.Ordinal) && e.MayBePicked()).ToList();
        foreach (var each in possible) each.Send(LedgerEntry.Picked);
        if (await Ask("GET", $"jobs/pickup/{name}") is not { Status: 200 } answer) return null;
        foreach (var each in possible) each.Withdraw(LedgerEntry.Picked);
        if (!answer.Json.TryGetProperty("uid", out var uid)) return null;
        var picked = ledger.Find(uid.GetString()!);
        if (picked is null || !possible.Contains(picked))
        {
            ledger.Contradict($"{uid} was handed out, although it was not queued");
            return null;
        }

        ledger.Acknowledge(picked, LedgerEntry.Picked);
        ledger.See(answer.Json);
        if (!_jobs.Contains(picked)) _jobs.Add(picked);
        return picked;
    }

    public Task PickUpNothing() => Ask("GET", "jobs/pickup/nobody");

    private async Task<JsonElement?> Change(LedgerEntry entry, int step, string method, string path, string? json = null)
    {
        entry.Send(step);
        if (await Ask(method, path, json) is not { } answer) return null;
        if (answer.Status == 200)
        {
            ledger.Acknowledge(entry, step);
            return answer.Json;
        }

        // A change refused by the storage is not repeated: the next check settles it. Any other refusal means that a job was lost.
        if (answer.Status is 503 or 507) _jobs.Remove(entry);
        else ledger.Contradict($"{method} {path} was answered {answer.Status} {answer.Text}");
        return null;
    }

    private async Task<Answer?> Ask(string method, string path, string? json = null)
    {
        try
        {
            var answer = await (json is null ? client.Send(method, path) : client.Json(method, path, json));
            (LastStatus, LastText) = (answer.Status, answer.Text);
            return answer;
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            (LastStatus, LastText) = (null, e.Message);
            return null;
        }
    }
}
