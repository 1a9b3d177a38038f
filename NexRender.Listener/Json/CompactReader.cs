using System.Buffers;

namespace NexRender.Listener.Json;

/// <summary>Parses objects that this server wrote: known to be valid, without insignificant whitespace. Validates nothing.</summary>
internal static class CompactReader
{
    private static readonly SearchValues<byte> Brackets = SearchValues.Create("\"{}[]"u8);

    /// <summary>Parses an object and sets its members in another.</summary>
    public static void Read(ReadOnlyMemory<byte> json, JsonObject target)
    {
        var text = json.Span;
        for (var at = 1; text[at] == '"' || text[at] == ',';)
        {
            var name = text[at] == ',' ? at + 1 : at;
            var value = name + JsonText.StringLength(text[name..]) + 1;
            at = value + ValueLength(text[value..]);
            target.Set(json[(name + 1)..(value - 2)], json[value..at]);
        }
    }

    /// <summary>Returns the length of the value that a text begins with.</summary>
    public static int ValueLength(ReadOnlySpan<byte> text) => text[0] switch
    {
        (byte)'"' => JsonText.StringLength(text),
        (byte)'{' or (byte)'[' => NestedLength(text),
        _ => text.IndexOfAny((byte)',', (byte)'}'),
    };

    private static int NestedLength(ReadOnlySpan<byte> text)
    {
        var depth = 0;
        for (var at = 0; ;)
        {
            at += text[at..].IndexOfAny(Brackets);
            if (text[at] == '"')
            {
                at += JsonText.StringLength(text[at..]);
                continue;
            }
            depth += text[at] is (byte)'{' or (byte)'[' ? 1 : -1;
            at++;
            if (depth == 0) return at;
        }
    }
}
