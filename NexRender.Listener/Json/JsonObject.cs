using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Unicode;

namespace NexRender.Listener.Json;

/// <summary>
/// A JSON object as the list of its top-level members. Values remain the bytes that were parsed, so numbers keep their digits and strings
/// their escapes. A name that occurs twice keeps its first position and gets its last value, as in JavaScript.
/// </summary>
internal sealed class JsonObject
{
    /// <summary>The maximum depth of a request.</summary>
    public const int RequestDepth = 256;

    /// <summary>The maximum depth of a stored job: more than a request's, because another server may have written it.</summary>
    public const int StoredDepth = 4096;

    // Up to this many members a linear search is faster than an index, and needs no memory.
    private const int LinearSearchLimit = 64;

    private static readonly ReadOnlyMemory<byte> ByteOrderMark = new byte[] { 0xEF, 0xBB, 0xBF };

    [ThreadStatic]
    private static JsonObject? _spare;

    private readonly List<Member> _members;
    private Dictionary<ReadOnlyMemory<byte>, int>? _index;

    // A one-word Bloom filter over the member names: a clear bit proves absence.
    private ulong _filter;

    public JsonObject(int capacity = 16) => _members = new List<Member>(capacity);

    public IReadOnlyList<Member> Members => _members;

    /// <summary>The members as a span, valid until one is added or removed.</summary>
    public ReadOnlySpan<Member> Span => CollectionsMarshal.AsSpan(_members);

    /// <summary>Returns the value of a member; empty if the member is absent.</summary>
    public ReadOnlySpan<byte> this[ReadOnlySpan<byte> name] => Find(name) is var at and >= 0 ? _members[at].Value.Span : default;

    /// <summary>Returns true if the member is present.</summary>
    public bool Has(ReadOnlySpan<byte> name) => Find(name) >= 0;

    /// <summary>Finds a member; returns false if it is absent.</summary>
    public bool TryGet(ReadOnlySpan<byte> name, out Member member)
    {
        var at = Find(name);
        member = at >= 0 ? _members[at] : default;
        return at >= 0;
    }

    /// <summary>Returns the value of a member as memory; empty if the member is absent.</summary>
    public ReadOnlyMemory<byte> Value(ReadOnlySpan<byte> name) => Find(name) is var at and >= 0 ? _members[at].Value : default;

    /// <summary>Parses an object.</summary>
    /// <exception cref="JsonException">The bytes are not valid JSON, or not an object.</exception>
    public static JsonObject Parse(ReadOnlyMemory<byte> utf8, int maxDepth)
    {
        var reader = new Utf8JsonReader(utf8.Span, new JsonReaderOptions { MaxDepth = maxDepth });
        reader.Read();
        var isObject = reader.TokenType == JsonTokenType.StartObject;
        var result = isObject ? Read(ref reader, utf8) : new JsonObject(0);
        if (!isObject) reader.Skip();
        // The reader throws if anything follows the value.
        reader.Read();
        return isObject ? result : throw new NotAnObjectException();
    }

    /// <summary>Parses an object; returns an empty one for any other value, which has no members either, as in JavaScript.</summary>
    public static JsonObject ParseOrEmpty(ReadOnlyMemory<byte> value) =>
        !value.IsEmpty && value.Span[0] == '{' ? Parse(value, StoredDepth) : new JsonObject(0);

    /// <summary>Returns an object with these members, each of another name.</summary>
    public static JsonObject Of(ReadOnlySpan<Member> members)
    {
        var result = Spare();
        foreach (ref readonly var member in members)
        {
            result._filter |= FilterBit(member.Key.Span);
            result._members.Add(member);
        }
        if (members.Length > LinearSearchLimit) result.BuildIndex();
        return result;
    }

    /// <summary>Parses an object if it is valid and without insignificant whitespace; returns <c>null</c> if it may not be.</summary>
    public static JsonObject? TryParseCompact(ReadOnlyMemory<byte> utf8)
    {
        var result = Spare();
        if (StrictCompactReader.TryRead(utf8, result)) return result;
        result.Recycle();
        return null;
    }

    /// <summary>Parses an object that <see cref="ToBytes"/> wrote.</summary>
    public static JsonObject ParseWritten(ReadOnlyMemory<byte> utf8)
    {
        var result = Spare();
        CompactReader.Read(utf8, result);
        return result;
    }

    /// <summary>Returns the object to a one-slot, per-thread pool; it must not be used afterwards.</summary>
    public void Recycle()
    {
        if (_members.Count > LinearSearchLimit) return;
        _members.Clear();
        _filter = 0;
        _spare = this;
    }

    /// <summary>Parses the object of a request, which may begin with a byte order mark and must be valid UTF-8.</summary>
    /// <exception cref="JsonException">The bytes are not valid JSON, or not an object.</exception>
    public static JsonObject ParseRequest(ReadOnlyMemory<byte> utf8)
    {
        if (utf8.Span.StartsWith(ByteOrderMark.Span)) utf8 = utf8[ByteOrderMark.Length..];
        // Utf8JsonReader does not validate the contents of strings until they are read as text.
        if (!Utf8.IsValid(utf8.Span)) throw new JsonException("the bytes are not valid UTF-8");
        return Parse(utf8, RequestDepth);
    }

    /// <summary>Sets every member of another object, with insignificant whitespace removed from the values.</summary>
    /// <param name="other">The other object.</param>
    /// <param name="isKept">Returns true for the name of a member that is not to be overwritten; <c>null</c> to set all.</param>
    public void Overlay(JsonObject other, Func<ReadOnlyMemory<byte>, bool>? isKept = null)
    {
        foreach (var member in other._members)
            if (isKept is null || !isKept(member.Key)) Set(member with { Value = JsonText.Minify(member.Value) });
    }

    /// <summary>Sets a member: in its position if the name is present, otherwise at the end.</summary>
    public void Set(ReadOnlyMemory<byte> name, ReadOnlyMemory<byte> value) => Set(new Member(name, value, Unescape(name)));

    private void Set(in Member member)
    {
        var at = Find(member.Key.Span);
        if (at >= 0)
        {
            var present = _members[at];
            // A value that stays the same is shared with the version that it comes from.
            if (!present.Value.Span.SequenceEqual(member.Value.Span)) _members[at] = present with { Value = member.Value };
            return;
        }
        if (_members.Count == LinearSearchLimit) BuildIndex();
        _index?.Add(member.Key, _members.Count);
        _filter |= FilterBit(member.Key.Span);
        _members.Add(member);
    }

    /// <summary>Removes a member, if it is present.</summary>
    public void Remove(ReadOnlySpan<byte> name)
    {
        var at = Find(name);
        if (at < 0) return;
        _members.RemoveAt(at);
        if (_index is not null) BuildIndex();
    }

    /// <summary>The length of the text that <see cref="ToBytes"/> writes.</summary>
    public int TextLength
    {
        get
        {
            var length = 1 + Math.Max(1, _members.Count);
            foreach (ref readonly var member in Span) length += member.Name.Length + member.Value.Length + 3;
            return length;
        }
    }

    /// <summary>Writes the object without insignificant whitespace.</summary>
    public byte[] ToBytes()
    {
        var length = TextLength;
        var bytes = new byte[length];
        var rest = bytes.AsSpan();
        foreach (var member in _members)
        {
            Put(ref rest, rest.Length == length ? "{\""u8 : ",\""u8);
            Put(ref rest, member.Name.Span);
            Put(ref rest, "\":"u8);
            Put(ref rest, member.Value.Span);
        }
        if (_members.Count == 0) Put(ref rest, "{"u8);
        Put(ref rest, "}"u8);
        return bytes;
    }

    private static JsonObject Spare()
    {
        var spare = _spare ?? new JsonObject();
        _spare = null;
        return spare;
    }

    private static void Put(ref Span<byte> rest, scoped ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(rest);
        rest = rest[bytes.Length..];
    }

    private static JsonObject Read(ref Utf8JsonReader reader, ReadOnlyMemory<byte> utf8)
    {
        var result = Spare();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = utf8.Slice((int)reader.TokenStartIndex + 1, reader.ValueSpan.Length);
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            result.Set(name, utf8[start..(int)reader.BytesConsumed]);
        }
        return result;
    }

    private static byte[]? Unescape(ReadOnlyMemory<byte> name) =>
        name.Span.Contains((byte)'\\') ? JsonText.Encode(JsonText.Decode(name.Span)) : null;

    private static ulong FilterBit(ReadOnlySpan<byte> key) => key.IsEmpty ? 1 : 1UL << ((key.Length * 7 + key[0] + key[^1]) & 63);

    private int Find(ReadOnlySpan<byte> key)
    {
        if ((_filter & FilterBit(key)) == 0) return -1;
        if (_index is not null) return _index.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(key, out var found) ? found : -1;
        var members = CollectionsMarshal.AsSpan(_members);
        for (var i = 0; i < members.Length; i++)
        {
            ref readonly var member = ref members[i];
            var isMatch = member.Unescaped is not null
                ? key.SequenceEqual(member.Unescaped)
                : member.Name.Length == key.Length && key.SequenceEqual(member.Name.Span);
            if (isMatch) return i;
        }
        return -1;
    }

    private void BuildIndex()
    {
        _index = new Dictionary<ReadOnlyMemory<byte>, int>(BytesComparer.Instance);
        for (var i = 0; i < _members.Count; i++) _index.Add(_members[i].Key, i);
    }
}
