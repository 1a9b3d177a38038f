using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using NexRender.Listener.Storage.Files;

namespace NexRender.Listener.Storage.Journal;

/// <summary>
/// Writes and reads the lines of a journal. The header:
/// <code>nexrender-listener journal 4 FIRST JOBS LENGTH CHECKSUM CRC</code>
/// with the sequence number of the first record, the number of jobs when the journal was begun, and the mark of the checkpoint that it
/// follows, or <c>- -</c> if it follows another journal; then a line per record:
/// <code>SEQUENCE PREVIOUS CRC B add {"uid":"…"}</code>
/// PREVIOUS is the checksum of the line before, which reveals a spliced or stale line; CRC is the checksum of everything else in its own
/// line, so that each line can be validated by itself; B marks the first record of a batch, <c>-</c> the others: everything before a B was
/// durable before the B was written. Zeros may follow the last record, written ahead for later records.
/// A record <c>upd BEFORE AFTER "uid" {"state":"…"} ["error"]</c> changes some members of a job: those of the array are removed, then those
/// of the object set, each in its place or at the end. BEFORE and AFTER are the checksums of the job's JSON before and after the change, so
/// that it is applied to the version that it was made of, and to no other: see <see cref="DeltaReplay"/>.
/// A record <c>chk LENGTH CHECKSUM</c> is written before a checkpoint replaces the file: from then on the file may have this mark.
/// A record <c>grp GROUP INDEX set {"uid":"…"}</c> is a change that has no effect before a record <c>end GROUP COUNT</c>: then all records
/// of the group have, in the order of their INDEX, but for those whose INDEX follows COUNT. A group without its end has none. Records of
/// other changes may stand between those of a group. A record <c>ans {"key":"…",…}</c> remembers the answer to a submission.
/// Version 3 had no changes of single members, version 2 no groups and no answers either, version 1 no marks.
/// To change the format: increase the number in the header, and keep reading the old formats.
/// </summary>
internal static class JournalFormat
{
    public const int Version = 4;

    private const int OldestVersion = 1;

    private const string Title = "nexrender-listener journal";

    /// <summary>Returns the header line and its checksum.</summary>
    public static byte[] Header(in JournalHeader header, out uint crc)
    {
        var mark = header.Version == 1 ? "" : $" {header.Checkpoint?.ToString() ?? "- -"}";
        var text = string.Create(CultureInfo.InvariantCulture, $"{Title} {header.Version} {header.FirstSequence} {header.Jobs}{mark} ");
        crc = Crc32C.Compute(Encoding.ASCII.GetBytes(text));
        return Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{text}{crc:x8}\n"));
    }

    /// <summary>Reads a header without its line feed; returns false if it is not valid.</summary>
    public static bool TryReadHeader(ReadOnlySpan<byte> line, out JournalHeader header, out uint crc)
    {
        (header, crc) = (default, 0);
        var parts = Encoding.ASCII.GetString(line).Split(' ');
        if (parts.Length < 6 || !int.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out var version)) return false;
        if (version is < OldestVersion or > Version) return false;
        if (!long.TryParse(parts[3], NumberStyles.None, CultureInfo.InvariantCulture, out var first)) return false;
        if (!int.TryParse(parts[4], NumberStyles.None, CultureInfo.InvariantCulture, out var jobs)) return false;
        CheckpointMark? mark = parts.Length == 8 && CheckpointMark.TryParse($"{parts[5]} {parts[6]}", out var found) ? found : null;
        header = new JournalHeader(first, jobs, mark, version);
        // Written again and compared, so that every header has one text, and the checksum is checked with it.
        return Header(header, out crc).AsSpan(..^1).SequenceEqual(line);
    }

    /// <summary>Returns true if a line is the header of a version after this one.</summary>
    public static bool IsHeaderOfLaterVersion(ReadOnlySpan<byte> line)
    {
        var end = line.LastIndexOf((byte)' ') + 1;
        var parts = Encoding.ASCII.GetString(line).Split(' ');
        return parts.Length > 3 && $"{parts[0]} {parts[1]}" == Title
            && int.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out var version) && version > Version
            && TryReadHex(line[end..], out var crc) && crc == Crc32C.Compute(line[..end]);
    }

    /// <summary>Writes a record and returns its checksum.</summary>
    public static uint Write(ArrayBufferWriter<byte> output, long sequence, uint previous, bool startsBatch, in JournalRecord record)
    {
        const int overhead = 128;
        var length = record.Json.Length + overhead;
        var line = output.GetSpan(length);
        Utf8Formatter.TryFormat(sequence, line, out var at);
        line[at++] = (byte)' ';
        WriteHex(line[at..], previous);
        at += 9;
        var checksumAt = at;
        at += 8;
        var tail = at;
        line[at++] = (byte)' ';
        line[at++] = startsBatch ? (byte)'B' : (byte)'-';
        line[at++] = (byte)' ';
        if (record.Group is { } group) at += WriteGroup(line[at..], group);
        at += WriteVerb(line[at..], record.Kind);
        record.Json.CopyTo(line[at..]);
        at += record.Json.Length;
        var crc = Crc32C.Compute(line[tail..at], Crc32C.Compute(line[..checksumAt]));
        WriteHex(line[checksumAt..], crc, addsSpace: false);
        line[at++] = (byte)'\n';
        output.Advance(at);
        return crc;
    }

    /// <summary>Reads the payload of a record of a group; returns false if it is not valid.</summary>
    /// <param name="payload">The payload.</param>
    /// <param name="group">The place of the record in its group.</param>
    /// <param name="kind">The kind of its change.</param>
    /// <param name="jsonAt">The offset of the new version, or of the uid.</param>
    public static bool TryReadGrouped(ReadOnlySpan<byte> payload, out GroupMember group, out RecordKind kind, out int jsonAt)
    {
        (group, kind, jsonAt) = (default, default, 0);
        if (!Utf8Parser.TryParse(payload, out long id, out var used)) return false;
        if (!Utf8Parser.TryParse(payload[Math.Min(used + 1, payload.Length)..], out int index, out var length)) return false;
        jsonAt = used + length + 6;
        group = new GroupMember(id, index);
        return payload.Length >= jsonAt && TryReadVerb(payload.Slice(jsonAt - 4, 3), out kind)
            && kind is RecordKind.Add or RecordKind.Set or RecordKind.Remove or RecordKind.Update or RecordKind.Answer;
    }

    /// <summary>
    /// Reads the payload of the end of a group: its number, the number of its records, and the places of those without effect.
    /// </summary>
    public static (long Id, int Records, HashSet<int> Dropped) ReadEnd(ReadOnlySpan<byte> payload)
    {
        var parts = Encoding.ASCII.GetString(payload).Split(' ');
        var numbers = Array.ConvertAll(parts, part => long.Parse(part, NumberStyles.None, CultureInfo.InvariantCulture));
        return (numbers[0], (int)numbers[1], [.. numbers.Skip(2).Select(number => (int)number)]);
    }

    /// <summary>Reads a line without its line feed; returns false if it is not a valid record.</summary>
    public static bool TryRead(ReadOnlySpan<byte> line, out JournalRecordHeader result)
    {
        result = default;
        if (!Utf8Parser.TryParse(line, out long sequence, out var at) || sequence <= 0 || line.Length < at + 25) return false;
        var checksumAt = at + 10;
        var tail = checksumAt + 8;
        if (line[at] != ' ' || line[at + 9] != ' ' || line[tail] != ' ' || line[tail + 2] != ' ' || line[tail + 6] != ' ') return false;
        if (!TryReadHex(line.Slice(at + 1, 8), out var previous) || !TryReadHex(line.Slice(checksumAt, 8), out var crc)) return false;
        if (line[tail + 1] is not ((byte)'B' or (byte)'-') || !TryReadVerb(line.Slice(tail + 3, 3), out var kind)) return false;
        if (Crc32C.Compute(line[tail..], Crc32C.Compute(line[..checksumAt])) != crc) return false;
        result = new JournalRecordHeader(sequence, previous, crc, line[tail + 1] == 'B', kind, tail + 7);
        return true;
    }

    /// <summary>Finds a record in a line, also behind other bytes: a flipped bit may have damaged the line feed before it.</summary>
    public static bool TryFind(ReadOnlySpan<byte> line, out int at, out JournalRecordHeader found)
    {
        for (at = 0; at < line.Length; at++)
        {
            if (line[at] is < (byte)'1' or > (byte)'9' || (at > 0 && char.IsAsciiDigit((char)line[at - 1]))) continue;
            if (TryRead(line[at..], out found)) return true;
        }
        found = default;
        return false;
    }

    private static int WriteGroup(Span<byte> line, GroupMember group)
    {
        var at = WriteVerb(line, RecordKind.Grouped);
        Utf8Formatter.TryFormat(group.Id, line[at..], out var length);
        at += length;
        line[at++] = (byte)' ';
        Utf8Formatter.TryFormat(group.Index, line[at..], out length);
        at += length;
        line[at++] = (byte)' ';
        return at;
    }

    private static int WriteVerb(Span<byte> line, RecordKind kind)
    {
        var verb = Verb(kind);
        verb.CopyTo(line);
        line[verb.Length] = (byte)' ';
        return verb.Length + 1;
    }

    private static ReadOnlySpan<byte> Verb(RecordKind kind) => kind switch
    {
        RecordKind.Add => "add"u8,
        RecordKind.Set => "set"u8,
        RecordKind.Update => "upd"u8,
        RecordKind.Checkpoint => "chk"u8,
        RecordKind.Answer => "ans"u8,
        RecordKind.Grouped => "grp"u8,
        RecordKind.EndOfGroup => "end"u8,
        _ => "del"u8,
    };

    private static bool TryReadVerb(ReadOnlySpan<byte> verb, out RecordKind kind)
    {
        kind = verb[0] switch
        {
            (byte)'a' when verb[1] == 'n' => RecordKind.Answer,
            (byte)'a' => RecordKind.Add,
            (byte)'s' => RecordKind.Set,
            (byte)'u' => RecordKind.Update,
            (byte)'c' => RecordKind.Checkpoint,
            (byte)'g' => RecordKind.Grouped,
            (byte)'e' => RecordKind.EndOfGroup,
            _ => RecordKind.Remove,
        };
        return verb.SequenceEqual(Verb(kind));
    }

    /// <summary>Writes a checksum as eight digits.</summary>
    public static void WriteHex(Span<byte> target, uint value, bool addsSpace = true)
    {
        for (var i = 7; i >= 0; i--, value >>= 4) target[i] = "0123456789abcdef"u8[(int)(value & 15)];
        if (addsSpace) target[8] = (byte)' ';
    }

    /// <summary>Reads what <see cref="WriteHex"/> wrote; returns false for anything else.</summary>
    // Capital letters are rejected: one flipped bit turns a small letter into a capital one, which must not go unnoticed.
    public static bool TryReadHex(ReadOnlySpan<byte> text, out uint value) =>
        !text.ContainsAnyInRange((byte)'A', (byte)'F') & Utf8Parser.TryParse(text, out value, out var used, 'x') && used == text.Length;
}
