using System.Buffers;
using System.Text;
using NexRender.Listener.Jobs.Lifecycle;
using NexRender.Listener.Json;

namespace NexRender.Listener.Jobs;

/// <summary>The defaults of a new job, in the order in which they are listed.</summary>
internal static class JobTemplate
{
    private const int UidLength = 21;

    private static readonly SearchValues<char> AllowedInTags =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789, ");

    private static readonly byte[] DefaultType = "\"default\""u8.ToArray();
    private static readonly byte[] EmptyString = "\"\""u8.ToArray();
    private static readonly byte[] Zero = "0"u8.ToArray();
    private static readonly byte[] EmptyObject = "{}"u8.ToArray();
    private static readonly byte[] EmptyArray = "[]"u8.ToArray();
    private static readonly byte[] NoActions = """{"prerender":[],"postrender":[]}"""u8.ToArray();

    /// <summary>Returns the members of a new job: the defaults, overlaid with the body of the request.</summary>
    public static JsonObject Create(JsonObject body, string creator, DateTimeOffset now)
    {
        var job = new JsonObject();
        job.Set(Fields.Uid, JsonText.Quote(NewUid()));
        job.Set(Fields.Type, DefaultType);
        job.Set(Fields.State, JobState.QueuedJson);
        job.Set(Fields.Output, EmptyString);
        job.Set(Fields.Tags, EmptyString);
        job.Set(Fields.Priority, Zero);
        job.Set(Fields.Timings, EmptyObject);
        // It has no default, but this is its place.
        if (body.Has(Fields.Template)) job.Set(Fields.Template, default);
        job.Set(Fields.Assets, EmptyArray);
        job.Set(Fields.Actions, NoActions);
        job.Overlay(body);
        Uids.Normalize(job);
        // A copy of an old job, submitted again, has had no attempts itself.
        if (Attempts.AreRecorded(job)) job.Remove(Fields.Attempts);
        job.Set(Fields.State, JobState.QueuedJson);
        CleanTags(job);
        job.Set(Fields.Creator, JsonText.Quote(creator));
        var time = Timestamp.ToJson(now);
        job.Set(Fields.UpdatedAt, time);
        job.Set(Fields.CreatedAt, time);
        return job;
    }

    /// <summary>Returns tags without the characters that are not allowed in them.</summary>
    public static string CleanTags(string tags)
    {
        if (!tags.AsSpan().ContainsAnyExcept(AllowedInTags)) return tags;
        var clean = new StringBuilder(tags.Length);
        foreach (var c in tags)
        {
            if (AllowedInTags.Contains(c)) clean.Append(c);
        }
        return clean.ToString();
    }

    private static void CleanTags(JsonObject job)
    {
        var tags = job[Fields.Tags];
        if (!JsonText.IsString(tags)) return;
        var text = JsonText.GetString(tags)!;
        var clean = CleanTags(text);
        if (!ReferenceEquals(clean, text)) job.Set(Fields.Tags, JsonText.Quote(clean));
    }

    /// <summary>Returns a new random uid.</summary>
    // The framework's random strings need OpenSSL on Linux, which may be missing; its GUIDs come from the system's random numbers
    // without it. Byte 7 of a GUID is skipped, because half of it is fixed.
    public static string NewUid()
    {
        const string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
        const int versionByte = 7;
        Span<byte> random = stackalloc byte[32];
        Guid.NewGuid().TryWriteBytes(random);
        Guid.NewGuid().TryWriteBytes(random[16..]);
        Span<char> uid = stackalloc char[UidLength];
        for (int from = 0, to = 0; to < UidLength; from++)
        {
            if (from % 16 != versionByte) uid[to++] = alphabet[random[from] & 63];
        }
        return uid.ToString();
    }
}
