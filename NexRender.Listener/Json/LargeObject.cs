using System.Runtime.InteropServices;

namespace NexRender.Listener.Json;

/// <summary>
/// A large object as its members and the pieces of its text: each large value is one, and so is what is between two of them. The next
/// version shares the large values that it has in common with this one. It is never parsed again. Immutable.
/// </summary>
internal sealed class LargeObject
{
    /// <summary>The length from which on an object is kept in pieces; a shorter one is copied and parsed as fast.</summary>
    public const int MinLength = 16 << 10;

    private const int MinShared = 4 << 10;

    private readonly Member[] _members;

    // The large values among the values of the members; null for the others.
    private readonly LargeValue?[] _values;
    private readonly byte[] _names;
    private readonly List<(ReadOnlyMemory<byte> Bytes, LargeValue? Value)> _pieces = [];

    private LargeObject(int members, byte[] names, int length)
    {
        (_members, _values, _names, Length) = (new Member[members], new LargeValue?[members], names, length);
    }

    public int Length { get; }

    /// <summary>The length of what is shared with the version before.</summary>
    public int SharedLength { get; private init; }

    public ReadOnlySpan<Member> Members => _members;

    /// <summary>The pieces of the text in their order; of those that are shared, the large value.</summary>
    public IReadOnlyList<(ReadOnlyMemory<byte> Bytes, LargeValue? Value)> Pieces => _pieces;

    /// <summary>Returns an object that was read.</summary>
    /// <param name="whole">The text as <see cref="JsonObject.ToBytes"/> writes it; nobody changes it from now on.</param>
    public static LargeObject Of(byte[] whole)
    {
        var parsed = JsonObject.ParseWritten(whole);
        var result = new LargeObject(parsed.Members.Count, whole, whole.Length);
        var at = 0;
        for (var i = 0; i < result._members.Length; i++)
        {
            var member = result._members[i] = parsed.Members[i];
            if (member.Value.Length < MinShared) continue;
            var value = result._values[i] = new LargeValue(member.Value);
            // The last value of a name that stands twice is not where the name is.
            if (OffsetIn(whole, member.Value) is var offset && offset < at) continue;
            result._pieces.Add((whole.AsMemory(at, offset - at), null));
            result._pieces.Add((member.Value, value));
            at = offset + member.Value.Length;
        }
        result._pieces.Add((whole.AsMemory(at), null));
        parsed.Recycle();
        return result;
    }

    /// <summary>Writes an object.</summary>
    /// <param name="members">The members.</param>
    /// <param name="previous">The version before, whose large values are shared; <c>null</c> for none.</param>
    public static LargeObject Write(JsonObject members, LargeObject? previous)
    {
        var values = ShareValues(members.Span, previous, out var sharedLength);
        var names = new byte[members.TextLength - values.Sum(value => value?.Bytes.Length ?? 0)];
        var result = new LargeObject(values.Length, names, members.TextLength) { SharedLength = sharedLength };
        values.CopyTo(result._values, 0);
        var (at, pieceAt) = (0, 0);
        for (var i = 0; i < values.Length; i++)
        {
            var member = members.Members[i];
            Put(i == 0 ? "{\""u8 : ",\""u8);
            var name = names.AsMemory(at, member.Name.Length);
            Put(member.Name.Span);
            Put("\":"u8);
            result._members[i] = new Member(name, values[i]?.Bytes ?? names.AsMemory(at, member.Value.Length), member.Unescaped);
            if (values[i] is not { } value)
            {
                Put(member.Value.Span);
                continue;
            }
            result._pieces.Add((names.AsMemory(pieceAt, at - pieceAt), null));
            result._pieces.Add((value.Bytes, value));
            pieceAt = at;
        }
        Put(values.Length == 0 ? "{}"u8 : "}"u8);
        result._pieces.Add((names.AsMemory(pieceAt), null));
        return result;

        void Put(ReadOnlySpan<byte> bytes)
        {
            bytes.CopyTo(names.AsSpan(at));
            at += bytes.Length;
        }
    }

    /// <summary>Returns true if a value is one of this object, and not one of the same text.</summary>
    public bool Has(ReadOnlyMemory<byte> value) => Array.Exists(_members, member => member.Value.Equals(value));

    /// <summary>Returns true if a name is one of this object, and not one of the same text.</summary>
    public bool OwnsName(ReadOnlyMemory<byte> name) => OffsetIn(_names, name) >= 0;

    /// <summary>Returns the whole text in an array of its own.</summary>
    public byte[] ToArray()
    {
        var bytes = new byte[Length];
        CopyTo(bytes);
        return bytes;
    }

    /// <summary>Copies the whole text.</summary>
    public void CopyTo(Span<byte> target)
    {
        foreach (var (bytes, _) in _pieces)
        {
            bytes.Span.CopyTo(target);
            target = target[bytes.Length..];
        }
    }

    private static int OffsetIn(byte[] array, ReadOnlyMemory<byte> bytes) =>
        MemoryMarshal.TryGetArray(bytes, out var segment) && segment.Array == array ? segment.Offset : -1;

    private static LargeValue?[] ShareValues(ReadOnlySpan<Member> members, LargeObject? previous, out int sharedLength)
    {
        var values = new LargeValue?[members.Length];
        LargeValue?[] old = previous?._values ?? [];
        var next = 0;
        sharedLength = 0;
        for (var i = 0; i < members.Length; i++)
        {
            var value = members[i].Value;
            if (value.Length < MinShared) continue;
            // Members keep their order, unless one was removed and added again.
            var found = Array.FindIndex(old, next, other => other is not null && other.Bytes.Equals(value));
            if (found < 0)
            {
                // It may be a part of a request's buffer.
                values[i] = new LargeValue(value.ToArray());
                continue;
            }
            next = found + 1;
            // An array must not stay in memory for a small part of it.
            values[i] = old[found]!.FillsArray ? old[found] : old[found]!.Copy();
            sharedLength += value.Length;
        }
        return values;
    }
}
