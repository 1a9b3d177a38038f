using System.Buffers;
using NexRender.Listener.Json;

namespace NexRender.Listener.Storage.Journal;

/// <summary>A change of some members of a job: the payload of a record of the kind <see cref="RecordKind.Update"/>.</summary>
/// <param name="Before">The checksum of the version that it was made of.</param>
/// <param name="After">The checksum of the version that it makes.</param>
/// <param name="Uid">The uid of the job.</param>
/// <param name="Changes">The difference of the two; see <see cref="MemberChanges"/>.</param>
internal readonly record struct JobDelta(uint Before, uint After, string Uid, ReadOnlyMemory<byte> Changes)
{
    private const int ChecksumsLength = 18;

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _output;

    /// <summary>Returns the payload of a change, to be sealed; <c>null</c> if it is longer than a limit.</summary>
    /// <param name="previous">The version before.</param>
    /// <param name="next">The members of the version after.</param>
    /// <param name="uid">The uid as a JSON string.</param>
    /// <param name="maxLength">The limit.</param>
    public static byte[]? Write(JsonBytes previous, JsonObject next, ReadOnlySpan<byte> uid, int maxLength)
    {
        var output = _output ??= new ArrayBufferWriter<byte>(1024);
        output.ResetWrittenCount();
        output.GetSpan(ChecksumsLength);
        output.Advance(ChecksumsLength);
        output.Write(uid);
        output.Write(" "u8);
        var isWritten = previous.Large is { } large
            ? MemberChanges.TryWrite(large, next, output, maxLength)
            : MemberChanges.TryWrite(previous.ToArray(), next, output, maxLength);
        return isWritten ? output.WrittenSpan.ToArray() : null;
    }

    /// <summary>Writes the checksums into a payload.</summary>
    public static void Seal(byte[] payload, uint before, uint after)
    {
        JournalFormat.WriteHex(payload, before);
        JournalFormat.WriteHex(payload.AsSpan(9), after);
    }

    /// <summary>Returns true if a payload was made of a version with this checksum.</summary>
    public static bool IsOf(byte[] payload, uint before) =>
        JournalFormat.TryReadHex(payload.AsSpan(0, 8), out var found) && found == before;

    /// <summary>Reads a payload, of which the result has a part.</summary>
    /// <exception cref="StorageException">It is not valid.</exception>
    public static JobDelta Read(ReadOnlyMemory<byte> payload)
    {
        var text = payload.Span;
        if (text.Length > ChecksumsLength && JournalFormat.TryReadHex(text[..8], out var before)
            && JournalFormat.TryReadHex(text.Slice(9, 8), out var after))
        {
            var uid = CompactReader.ValueLength(text[ChecksumsLength..]);
            if (JsonText.GetString(text.Slice(ChecksumsLength, uid)) is { } name)
                return new JobDelta(before, after, name, payload[(ChecksumsLength + uid + 1)..]);
        }
        throw new StorageException(StorageProblem.Damaged, "a change of a job in the journal cannot be read; no file was modified");
    }
}
