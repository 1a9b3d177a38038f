using System.Text.Json;
using NexRender.Listener.Jobs;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Durability.Ledgers;

/// <summary>Writes the JSON of a ledger's job and reads it back from responses.</summary>
internal static class LedgerJob
{
    public static string Create(string uid, string tag, int padding) =>
        Some.Job(uid, tag, members: $"\"step\":{LedgerEntry.Created},\"filler\":{Some.Quoted(Filler(uid, LedgerEntry.Created, padding))}");

    public static string Update(string uid, int step, string state, int padding) =>
        $$"""{"state":"{{state}}","step":{{step}},"filler":{{Some.Quoted(Filler(uid, step, padding))}}}""";

    /// <summary>Returns the step that a job has reached.</summary>
    public static int Step(JsonElement job) =>
        job.GetProperty("state").GetString() == "picked" ? LedgerEntry.Picked : job.GetProperty("step").GetInt32();

    /// <summary>Returns true if the filler of a job belongs to its uid and its step.</summary>
    public static bool IsConsistent(JsonElement job)
    {
        var filler = job.GetProperty("filler").GetString()!;
        var padding = int.Parse(filler[..filler.IndexOf(':')]);
        return filler == Filler(job.GetProperty("uid").GetString()!, job.GetProperty("step").GetInt32(), padding);
    }

    // The length differs from step to step, so that records end anywhere in a page.
    private static string Filler(string uid, int step, int padding)
    {
        var word = $"{uid}@{step} ü\n";
        var count = padding / word.Length + (step * 7 + uid.Length + uid[^1]) % 23;
        return $"{padding}:{string.Concat(Enumerable.Repeat(word, count))}";
    }
}
