using System.Text;

namespace NexRender.Listener.Jobs;

/// <summary>The texts of tags that jobs had lately, so that jobs with the same tags share one string. Thread-safe.</summary>
internal static class SharedTags
{
    private const int Slots = 256;

    // Threads may replace each other's strings: then a text exists twice, which is not an error.
    private static readonly string?[] Latest = new string?[Slots];

    /// <summary>Returns the string of a text in ASCII without escapes.</summary>
    public static string Get(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty) return "";
        var hash = new HashCode();
        hash.AddBytes(text);
        ref var slot = ref Latest[(uint)hash.ToHashCode() % Slots];
        var known = Volatile.Read(ref slot);
        if (known is not null && Ascii.Equals(text, known)) return known;
        var created = Encoding.ASCII.GetString(text);
        Volatile.Write(ref slot, created);
        return created;
    }
}
