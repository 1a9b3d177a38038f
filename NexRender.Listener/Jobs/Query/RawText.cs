using System.Text;
using NexRender.Listener.Json;

namespace NexRender.Listener.Jobs.Query;

/// <summary>A text that is looked for in the bytes of jobs, so that only those are parsed that may have it in a value.</summary>
internal sealed class RawText
{
    private readonly byte[] _lower;
    private readonly byte[] _upper;
    private readonly bool _ignoresCase;
    private readonly byte[] _escape;

    private RawText(string text, bool ignoresCase)
    {
        _lower = Encoding.ASCII.GetBytes(ignoresCase ? text.ToLowerInvariant() : text);
        _upper = Encoding.ASCII.GetBytes(ignoresCase ? text.ToUpperInvariant() : text);
        _ignoresCase = ignoresCase;
        // Any character may be written as \u and its digits; these have short escapes too.
        _escape = text.Any(c => c is '"' or '\\' or '/' or < ' ') ? [(byte)'\\'] : [(byte)'\\', (byte)'u'];
    }

    /// <summary>Prepares a text; <c>null</c> if every job must be parsed, because stored bytes need not be the text's UTF-8.</summary>
    /// <param name="text">The text.</param>
    /// <param name="ignoresCase">True if upper and lower case of a letter are the same.</param>
    public static RawText? Of(string text, bool ignoresCase) => text.Length > 0 && Ascii.IsValid(text) ? new(text, ignoresCase) : null;

    /// <summary>Returns true if a string or a number in the JSON may contain the text; false only if none does.</summary>
    public bool MayBeIn(JsonBytes json)
    {
        // A large value is a piece of its own, and so no string is divided.
        for (var piece = 0; piece < json.PieceCount; piece++)
            if (MayBeIn(json[piece].Span)) return true;
        return false;
    }

    private bool MayBeIn(ReadOnlySpan<byte> json) => (_ignoresCase ? ContainsAnyCase(json) : json.IndexOf(_lower) >= 0)
        || json.IndexOf(_escape) >= 0;

    private bool ContainsAnyCase(ReadOnlySpan<byte> json)
    {
        var (lower, upper) = (_lower[0], _upper[0]);
        while (json.Length >= _lower.Length)
        {
            var at = json[..(json.Length - _lower.Length + 1)].IndexOfAny(lower, upper);
            if (at < 0) return false;
            if (Ascii.EqualsIgnoreCase(json.Slice(at, _lower.Length), _lower)) return true;
            json = json[(at + 1)..];
        }
        return false;
    }
}
