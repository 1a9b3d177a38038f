using System.Buffers;
using System.Runtime.InteropServices;

namespace NexRender.Listener.Json;

/// <summary>
/// The difference of two versions of an object, as text: an object with the members that are set, and, if there are any, an array with the
/// names of those that are removed first. A member that is set keeps its place, or is the last one if it is new.
/// </summary>
internal static class MemberChanges
{
    /// <summary>Writes the difference; returns false if it cannot be written in this form, or is too long.</summary>
    /// <param name="previous">The version before, as <see cref="JsonObject.ToBytes"/> wrote it.</param>
    /// <param name="next">The members of the version after; those that stay must be slices of the version before.</param>
    /// <param name="output">Receives the difference.</param>
    /// <param name="maxLength">The longest length of the output.</param>
    public static bool TryWrite(byte[] previous, JsonObject next, ArrayBufferWriter<byte> output, int maxLength)
    {
        // The place in the version before: at a name or, behind the last member, at the end.
        var at = 1;
        var isFirst = true;
        List<ReadOnlyMemory<byte>>? removed = null;
        foreach (ref readonly var member in next.Span)
        {
            if (OffsetIn(previous, member.Name) is var nameAt and >= 0)
            {
                if (nameAt <= at - 1) return false;
                while (at < nameAt - 1) at = PassRemoved(previous, at, removed ??= []);
                var valueAt = nameAt + member.Name.Length + 2;
                var isSame = OffsetIn(previous, member.Value) == valueAt;
                var length = isSame ? member.Value.Length : CompactReader.ValueLength(previous.AsSpan(valueAt));
                at = valueAt + length + 1;
                if (isSame || previous.AsSpan(valueAt, length).SequenceEqual(member.Value.Span)) continue;
            }
            if (output.WrittenCount + member.Name.Length + member.Value.Length > maxLength) return false;
            Put(output, member, isFirst);
            isFirst = false;
        }
        while (at < previous.Length && previous[at] == '"') at = PassRemoved(previous, at, removed ??= []);
        output.Write(isFirst ? "{}"u8 : "}"u8);
        if (removed is not null)
        {
            // Another server may have written a name twice: its second value is not a member of its own.
            if (removed.Exists(name => next.TryGet(KeyOf(name).Span, out var kept) && OffsetIn(previous, kept.Name) >= 0)) return false;
            PutRemoved(output, removed);
        }
        return output.WrittenCount <= maxLength;
    }

    /// <summary>Does the same for the version after a large object, which is not parsed for it.</summary>
    /// <inheritdoc cref="TryWrite(byte[], JsonObject, ArrayBufferWriter{byte}, int)"/>
    public static bool TryWrite(LargeObject previous, JsonObject next, ArrayBufferWriter<byte> output, int maxLength)
    {
        var at = 0;
        var isFirst = true;
        List<ReadOnlyMemory<byte>>? removed = null;
        foreach (ref readonly var member in next.Span)
        {
            if (previous.OwnsName(member.Name))
            {
                while (!previous.Members[at].Name.Equals(member.Name)) (removed ??= []).Add(previous.Members[at++].Name);
                var old = previous.Members[at++].Value;
                if (old.Equals(member.Value) || old.Span.SequenceEqual(member.Value.Span)) continue;
            }
            if (output.WrittenCount + member.Name.Length + member.Value.Length > maxLength) return false;
            Put(output, member, isFirst);
            isFirst = false;
        }
        while (at < previous.Members.Length) (removed ??= []).Add(previous.Members[at++].Name);
        output.Write(isFirst ? "{}"u8 : "}"u8);
        if (removed is not null) PutRemoved(output, removed);
        return output.WrittenCount <= maxLength;
    }

    /// <summary>Makes the changes of a difference, or of as many of its members as the object still has.</summary>
    /// <param name="target">The members of the version before; becomes those of the version after.</param>
    /// <param name="changes">The difference, which must not change while the object is used.</param>
    public static void Apply(JsonObject target, ReadOnlyMemory<byte> changes)
    {
        var setLength = CompactReader.ValueLength(changes.Span);
        if (setLength < changes.Length)
        {
            foreach (var name in JsonArray.Items(changes[(setLength + 1)..])) target.Remove(KeyOf(name[1..^1]).Span);
        }
        var set = JsonObject.ParseWritten(changes[..setLength]);
        target.Overlay(set);
        set.Recycle();
    }

    private static int OffsetIn(byte[] array, ReadOnlyMemory<byte> bytes) =>
        MemoryMarshal.TryGetArray(bytes, out var segment) && segment.Array == array ? segment.Offset : -1;

    private static ReadOnlyMemory<byte> KeyOf(ReadOnlyMemory<byte> name) =>
        name.Span.Contains((byte)'\\') ? JsonText.Encode(JsonText.Decode(name.Span)) : name;

    private static int PassRemoved(byte[] previous, int at, List<ReadOnlyMemory<byte>> removed)
    {
        var length = JsonText.StringLength(previous.AsSpan(at));
        removed.Add(previous.AsMemory(at + 1, length - 2));
        var valueAt = at + length + 1;
        return valueAt + CompactReader.ValueLength(previous.AsSpan(valueAt)) + 1;
    }

    private static void Put(ArrayBufferWriter<byte> output, in Member member, bool isFirst)
    {
        output.Write(isFirst ? "{\""u8 : ",\""u8);
        output.Write(member.Name.Span);
        output.Write("\":"u8);
        output.Write(member.Value.Span);
    }

    private static void PutRemoved(ArrayBufferWriter<byte> output, List<ReadOnlyMemory<byte>> removed)
    {
        for (var i = 0; i < removed.Count; i++)
        {
            output.Write(i == 0 ? " [\""u8 : ",\""u8);
            output.Write(removed[i].Span);
            output.Write("\""u8);
        }
        output.Write("]"u8);
    }
}
