using System.Buffers;
using System.Text;
using NexRender.Listener.Jobs.Lifecycle;
using NexRender.Listener.Json;

namespace NexRender.Listener.Jobs;

/// <summary>What a new job has where its creator said nothing, in the order in which it is listed.</summary>
internal static class JobTemplate
{
    private const int UidLength = 21;

    private static readonly SearchValues<char> AllowedInTags =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789, ");

    private static readonly byte[] EmptyString = "\"\""u8.ToArray();
    private static readonly byte[] Queued = "\"queued\""u8.ToArray();
    private static readonly byte[] NoActions = """{"prerender":[],"postrender":[]}"""u8.ToArray();

    /// <summary>The members of a new job: the defaults, overlaid with what its creator sent.</summary>
    public static JsonObject Create(JsonObject sent, string creator, DateTimeOffset now)
    {
        var job = new JsonObject();
        job.Set(Fields.Uid, JsonText.Quote(NewUid()));
        job.Set(Fields.Type, "\"default\""u8.ToArray());
        job.Set(Fields.State, Queued);
        job.Set(Fields.Output, EmptyString);
        job.Set(Fields.Tags, EmptyString);
        job.Set(Fields.Priority, "0"u8.ToArray());
        job.Set(Fields.Timings, "{}"u8.ToArray());
        // It has no default, but its place is here.
        if (sent.Has("template"u8)) job.Set(Fields.Template, default);
        job.Set(Fields.Assets, "[]"u8.ToArray());
        job.Set(Fields.Actions, NoActions);
        job.Overlay(sent);
        // A job that is submitted with the text of an old one has had no attempts itself.
        job.Remove(Fields.Attempts.Span);
        job.Set(Fields.State, Queued);
        CleanTags(job);
        job.Set(Fields.Creator, JsonText.Quote(creator));
        var time = Timestamp.Json(now);
        job.Set(Fields.UpdatedAt, time);
        job.Set(Fields.CreatedAt, time);
        return job;
    }

    private static void CleanTags(JsonObject job)
    {
        var tags = job["tags"u8];
        if (!JsonText.IsString(tags)) return;
        var text = JsonText.Text(tags)!;
        if (!text.AsSpan().ContainsAnyExcept(AllowedInTags)) return;
        var clean = new StringBuilder(text.Length);
        foreach (var c in text)
            if (AllowedInTags.Contains(c)) clean.Append(c);
        job.Set(Fields.Tags, JsonText.Quote(clean.ToString()));
    }

    // The framework's own random strings need OpenSSL on Linux, which a machine may not have; its GUIDs come from the system's
    // random numbers and need nothing. Byte 7 of a GUID is left out, because half of it is fixed.
    private static string NewUid()
    {
        const string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
        const int versionByte = 7;
        Span<byte> random = stackalloc byte[32];
        Guid.NewGuid().TryWriteBytes(random);
        Guid.NewGuid().TryWriteBytes(random[16..]);
        Span<char> uid = stackalloc char[UidLength];
        for (int from = 0, to = 0; to < UidLength; from++)
            if (from % 16 != versionByte) uid[to++] = alphabet[random[from] & 63];
        return uid.ToString();
    }
}
