using System.Text;
using System.Text.Json;
using NexRender.Listener.Json;
using NexRender.Listener.Storage.Journal;
using NexRender.Listener.Storage.Redis.Wire;

namespace NexRender.Listener.Storage.Redis;

/// <summary>The changes of one script: those of records, and those of groups at their end.</summary>
/// <param name="lastOrder">The highest place in the order so far.</param>
internal sealed class RedisBatch(long lastOrder)
{
    // A job ends in it, which JSON allows and no other program writes: so a job that another program has changed is recognised.
    private static readonly byte[] Mark = "\n"u8.ToArray();

    private readonly List<(string Kind, byte[] Uid, byte[] Json)> _changes = [];
    private long _bytes;

    public int Count => _changes.Count;

    /// <summary>The time that a large batch takes beyond that of a small one, on a slow line.</summary>
    public TimeSpan ExtraTime => TimeSpan.FromMilliseconds((_bytes / 20_000) + (_changes.Count / 20));

    /// <summary>True if there are new jobs among the changes, which a full Redis refuses.</summary>
    public bool HasNewJobs { get; private set; }

    /// <summary>The highest place in the order, those of the new jobs included.</summary>
    public long LastOrder { get; private set; } = lastOrder;

    /// <summary>Returns the uid of a job without parsing all of it.</summary>
    public static string? FindUid(ReadOnlySpan<byte> job)
    {
        var reader = new Utf8JsonReader(job, new JsonReaderOptions { MaxDepth = JsonObject.StoredDepth });
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isUid = reader.ValueTextEquals("uid"u8);
            reader.Read();
            if (isUid) return JsonText.Decode(reader.ValueSpan);
            reader.Skip();
        }
        return null;
    }

    /// <summary>Returns a job without its mark; <c>null</c> if another program wrote it.</summary>
    public static byte[]? Unmark(byte[] stored) => stored is [.., (byte)'\n'] ? stored[..^1] : null;

    /// <summary>Adds a change that is not of a record.</summary>
    public void Add(string kind, string uid, byte[] json)
    {
        _changes.Add((kind, Encoding.UTF8.GetBytes(uid), json));
        _bytes += json.Length;
    }

    /// <summary>Adds records. Those of a group are kept until its end.</summary>
    public void Add(IEnumerable<JournalRecord> records, Dictionary<long, List<JournalRecord>> groups)
    {
        foreach (var record in records)
        {
            if (record.Group is { } member)
            {
                if (!groups.TryGetValue(member.Id, out var members)) groups.Add(member.Id, members = []);
                members.Add(record);
            }
            else if (record.Kind == RecordKind.EndOfGroup)
            {
                var (id, _, dropped) = JournalFormat.ReadEnd(record.Json.ToArray());
                if (!groups.Remove(id, out var members)) continue;
                foreach (var (index, part) in members.Index())
                    if (!dropped.Contains(index)) Add(part.Kind, part.Json.ToArray());
            }
            else
            {
                Add(record.Kind, record.Json.ToArray());
            }
        }
    }

    /// <summary>Writes the arguments of the script: three for each change.</summary>
    public void WriteTo(RespWriter writer)
    {
        foreach (var (kind, uid, json) in _changes)
        {
            writer.Add(kind);
            writer.Add(uid);
            writer.Add(json, kind is "!" or "-" or "forget" or "removed" ? default : Mark.AsSpan());
        }
    }

    private void Add(RecordKind kind, byte[] json)
    {
        switch (kind)
        {
            case RecordKind.Remove:
                Add("-", JsonText.GetString(json)!, []);
                break;
            case RecordKind.Answer:
                Add("!", "", json);
                break;
            case RecordKind.Set:
                Add("=", FindUid(json)!, json);
                break;
            case RecordKind.Add:
                HasNewJobs = true;
                Add($"{++LastOrder}", FindUid(json)!, json);
                break;
            default:
                throw new InvalidOperationException($"A record of the kind {kind} changes no job.");
        }
    }
}
