using System.Buffers.Text;
using System.Numerics;
using System.Runtime.Intrinsics;

namespace NexRender.Listener.Json;

/// <summary>
/// Parses in one pass what this server writes: an object without insignificant whitespace. Unlike <see cref="CompactReader"/> it validates
/// everything but the UTF-8, because anybody may have edited the file; what it refuses may still be valid, and is left to a slower reader.
/// </summary>
internal static class StrictCompactReader
{
    // A bit for each container that is open.
    private const int MaxDepth = 64;

    /// <summary>Parses an object and sets its members in another; returns false if it is not valid, not compact, or too deep.</summary>
    public static bool TryRead(ReadOnlyMemory<byte> json, JsonObject target)
    {
        var text = json.Span;
        if (text.Length < 2 || text[0] != '{') return false;
        if (text[1] == '}') return text.Length == 2;
        for (var at = 1; ;)
        {
            var value = NameEnd(text, at);
            var end = value < 0 ? -1 : ValueEnd(text, value);
            if (end < 0 || end >= text.Length) return false;
            target.Set(json[(at + 1)..(value - 2)], json[value..end]);
            if (text[end] == '}') return end + 1 == text.Length;
            if (text[end] != ',') return false;
            at = end + 1;
        }
    }

    // Each of these returns the offset behind what it reads, or -1 if that is not valid. The offset may be the end of the text.
    private static int NameEnd(ReadOnlySpan<byte> text, int at)
    {
        var end = StringEnd(text, at);
        return end >= 0 && end < text.Length && text[end] == ':' ? end + 1 : -1;
    }

    private static int ValueEnd(ReadOnlySpan<byte> text, int at)
    {
        var (kinds, depth) = (0UL, 0);
        while (at >= 0 && at < text.Length)
        {
            var first = text[at];
            if (first is (byte)'{' or (byte)'[')
            {
                if (depth == MaxDepth || ++at == text.Length) return -1;
                kinds = (kinds << 1) | (first == '{' ? 1UL : 0);
                depth++;
                // The closing bracket of an empty container follows its opening one in ASCII too, after one other character.
                if (text[at] != first + 2)
                {
                    if (first == '{') at = NameEnd(text, at);
                    continue;
                }
            }
            else
            {
                at = ScalarEnd(text, at);
            }
            at = Close(text, at, ref kinds, ref depth);
            if (depth == 0) return at;
        }
        return -1;
    }

    // Closes the containers that end behind a value, and goes on to the next value of the one that does not.
    private static int Close(ReadOnlySpan<byte> text, int at, ref ulong kinds, ref int depth)
    {
        while (depth > 0)
        {
            if (at < 0 || at >= text.Length) return -1;
            var isObject = (kinds & 1) != 0;
            if (text[at] == ',') return isObject ? NameEnd(text, at + 1) : at + 1;
            if (text[at] != (isObject ? '}' : ']')) return -1;
            at++;
            depth--;
            kinds >>= 1;
        }
        return at;
    }

    private static int ScalarEnd(ReadOnlySpan<byte> text, int at)
    {
        var rest = text[at..];
        return rest[0] switch
        {
            (byte)'"' => StringEnd(text, at),
            (byte)'t' => rest.StartsWith("true"u8) ? at + 4 : -1,
            (byte)'f' => rest.StartsWith("false"u8) ? at + 5 : -1,
            (byte)'n' => rest.StartsWith("null"u8) ? at + 4 : -1,
            _ => NumberEnd(text, at),
        };
    }

    private static int NumberEnd(ReadOnlySpan<byte> text, int at)
    {
        if (text[at] == '-') at++;
        var integer = at;
        at = DigitsEnd(text, at);
        if (at == integer || (text[integer] == '0' && at > integer + 1)) return -1;
        if (at < text.Length && text[at] == '.')
        {
            var fraction = at + 1;
            at = DigitsEnd(text, fraction);
            if (at == fraction) return -1;
        }
        if (at >= text.Length || text[at] is not ((byte)'e' or (byte)'E')) return at;
        at++;
        if (at < text.Length && text[at] is (byte)'+' or (byte)'-') at++;
        var exponent = DigitsEnd(text, at);
        return exponent == at ? -1 : exponent;
    }

    private static int DigitsEnd(ReadOnlySpan<byte> text, int at)
    {
        while (at < text.Length && char.IsAsciiDigit((char)text[at])) at++;
        return at;
    }

    private static int StringEnd(ReadOnlySpan<byte> text, int at)
    {
        if (at >= text.Length || text[at] != '"') return -1;
        for (at = NextSpecial(text, at + 1); at < text.Length; at = NextSpecial(text, at))
        {
            if (text[at] == '"') return at + 1;
            // A control character.
            if (text[at] != '\\') return -1;
            at = EscapeEnd(text, at + 1);
            if (at < 0) return -1;
        }
        return -1;
    }

    // The offset of the next quote, backslash or control character; the end of the text if there is none. Most strings are so short that
    // the call of a general search would take longer than this does.
    private static int NextSpecial(ReadOnlySpan<byte> text, int at)
    {
        var (quote, backslash, control) = (Vector128.Create((byte)'"'), Vector128.Create((byte)'\\'), Vector128.Create((byte)0x1F));
        for (; at <= text.Length - Vector128<byte>.Count; at += Vector128<byte>.Count)
        {
            var part = Vector128.Create(text.Slice(at, Vector128<byte>.Count));
            var found = Vector128.Equals(part, quote) | Vector128.Equals(part, backslash)
                | Vector128.Equals(Vector128.Min(part, control), part);
            if (found.ExtractMostSignificantBits() is var bits and not 0) return at + BitOperations.TrailingZeroCount(bits);
        }
        while (at < text.Length && text[at] > 0x1F && text[at] is not ((byte)'"' or (byte)'\\')) at++;
        return at;
    }

    private static int EscapeEnd(ReadOnlySpan<byte> text, int at)
    {
        if (at >= text.Length) return -1;
        if ("\"\\/bfnrt"u8.Contains(text[at])) return at + 1;
        if (text[at] != 'u' || at + 5 > text.Length) return -1;
        return Utf8Parser.TryParse(text.Slice(at + 1, 4), out uint _, out var used, 'x') && used == 4 ? at + 5 : -1;
    }
}
