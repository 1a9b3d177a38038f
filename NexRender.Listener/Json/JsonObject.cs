using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Unicode;

namespace NexRender.Listener.Json;

/// <summary>
/// A JSON object as a list of its top-level members. Values stay the bytes they came as, so numbers keep their digits and strings
/// their escapes. A name that occurs twice keeps its first place and gets its last value, as in JavaScript.
/// </summary>
internal sealed class JsonObject
{
    /// <summary>How deep the values of a request may nest.</summary>
    public const int RequestDepth = 256;

    /// <summary>How deep the values of a stored job may nest: more than a request's, for what another server wrote.</summary>
    public const int StoredDepth = 4096;

    // Up to here a look at each name is quicker than an index, and needs no memory.
    private const int LinearSearchLimit = 64;

    private static readonly ReadOnlyMemory<byte> ByteOrderMark = new byte[] { 0xEF, 0xBB, 0xBF };

    [ThreadStatic]
    private static JsonObject? _spare;

    private readonly List<Member> _members;
    private Dictionary<ReadOnlyMemory<byte>, int>? _index;

    // A bit for each kind of name that is there: most names that are not there are told by it.
    private ulong _kinds;

    public JsonObject(int capacity = 16) => _members = new List<Member>(capacity);

    public IReadOnlyList<Member> Members => _members;

    /// <summary>The value of a name, or nothing at all where the object does not have it.</summary>
    public ReadOnlySpan<byte> this[ReadOnlySpan<byte> name] => Find(name) is var at and >= 0 ? _members[at].Value.Span : default;

    public bool Has(ReadOnlySpan<byte> name) => Find(name) >= 0;

    /// <summary>The value of a name, as the indexer gives it, to keep.</summary>
    public ReadOnlyMemory<byte> Value(ReadOnlySpan<byte> name) => Find(name) is var at and >= 0 ? _members[at].Value : default;

    /// <summary>Reads one object.</summary>
    /// <exception cref="JsonException">The bytes are no JSON, or no object.</exception>
    public static JsonObject Parse(ReadOnlyMemory<byte> utf8, int maxDepth)
    {
        var reader = new Utf8JsonReader(utf8.Span, new JsonReaderOptions { MaxDepth = maxDepth });
        reader.Read();
        var isObject = reader.TokenType == JsonTokenType.StartObject;
        var result = isObject ? Read(ref reader, utf8) : new JsonObject(0);
        if (!isObject) reader.Skip();
        // Whatever follows the value makes the reader throw.
        reader.Read();
        return isObject ? result : throw new NotAnObjectException();
    }

    /// <summary>Reads an object that this class wrote.</summary>
    public static JsonObject ParseWritten(ReadOnlyMemory<byte> utf8)
    {
        var result = Spare();
        CompactReader.Read(utf8, result);
        return result;
    }

    /// <summary>Says that nobody uses the object any more; the next one that is read takes its place in memory.</summary>
    public void Recycle()
    {
        if (_members.Count > LinearSearchLimit) return;
        _members.Clear();
        _kinds = 0;
        _spare = this;
    }

    /// <summary>Reads the object of a request, which may start with a byte order mark and must be valid UTF-8 throughout.</summary>
    /// <exception cref="JsonException">The bytes are no JSON, or no object.</exception>
    public static JsonObject ParseRequest(ReadOnlyMemory<byte> utf8)
    {
        if (utf8.Span.StartsWith(ByteOrderMark.Span)) utf8 = utf8[ByteOrderMark.Length..];
        // The reader of the framework checks the inside of a string only when somebody asks for its text.
        if (!Utf8.IsValid(utf8.Span)) throw new JsonException("the bytes are not valid UTF-8");
        return Parse(utf8, RequestDepth);
    }

    /// <summary>Sets every member of another object, without the blanks between the tokens of the values.</summary>
    /// <param name="other">The other object.</param>
    /// <param name="isKept">Says of a name whether it is left as it is here; <c>null</c> to set all.</param>
    public void Overlay(JsonObject other, Func<ReadOnlyMemory<byte>, bool>? isKept = null)
    {
        foreach (var member in other._members)
            if (isKept is null || !isKept(member.Key)) Set(member with { Value = JsonText.Minify(member.Value) });
    }

    /// <summary>Sets a member: in its place where the name is there already, else at the end.</summary>
    public void Set(ReadOnlyMemory<byte> name, ReadOnlyMemory<byte> value) => Set(new Member(name, value, Unescape(name)));

    private void Set(in Member member)
    {
        var at = Find(member.Key.Span);
        if (at >= 0)
        {
            _members[at] = _members[at] with { Value = member.Value };
            return;
        }
        if (_members.Count == LinearSearchLimit) BuildIndex();
        _index?.Add(member.Key, _members.Count);
        _kinds |= Kind(member.Key.Span);
        _members.Add(member);
    }

    /// <summary>Takes a member out, if it is there.</summary>
    public void Remove(ReadOnlySpan<byte> name)
    {
        var at = Find(name);
        if (at < 0) return;
        _members.RemoveAt(at);
        if (_index is not null) BuildIndex();
    }

    /// <summary>Writes the object without blanks.</summary>
    public byte[] ToBytes()
    {
        var length = 1 + Math.Max(1, _members.Count);
        foreach (var member in _members) length += member.Name.Length + member.Value.Length + 3;
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

    private static ulong Kind(ReadOnlySpan<byte> key) => key.IsEmpty ? 1 : 1UL << ((key.Length * 7 + key[0] + key[^1]) & 63);

    private int Find(ReadOnlySpan<byte> key)
    {
        if ((_kinds & Kind(key)) == 0) return -1;
        if (_index is not null) return _index.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(key, out var found) ? found : -1;
        var members = CollectionsMarshal.AsSpan(_members);
        for (var i = 0; i < members.Length; i++)
        {
            ref readonly var member = ref members[i];
            if (member.Unescaped is not null ? key.SequenceEqual(member.Unescaped) : member.Name.Length == key.Length && key.SequenceEqual(member.Name.Span)) return i;
        }
        return -1;
    }

    private void BuildIndex()
    {
        _index = new Dictionary<ReadOnlyMemory<byte>, int>(BytesComparer.Instance);
        for (var i = 0; i < _members.Count; i++) _index.Add(_members[i].Key, i);
    }
}
