using System.Text;
using NexRender.Listener.Json;

namespace NexRender.Listener.Jobs.Lifecycle;

/// <summary>The value of <c>error</c>: none, a text, or an array of texts. Merging never loses one to a later report.</summary>
internal static class ErrorMessages
{
    /// <summary>Returns the texts, as raw JSON values.</summary>
    public static List<ReadOnlyMemory<byte>> Read(ReadOnlyMemory<byte> error)
    {
        if (!JsonText.IsTruthy(error.Span)) return [];
        return error.Span[0] == '[' ? JsonArray.Items(error) : [error];
    }

    /// <summary>Adds the texts of a report to those of the job, except known ones.</summary>
    /// <returns>The new value; empty if there is nothing to add.</returns>
    public static ReadOnlyMemory<byte> Add(ReadOnlyMemory<byte> present, ReadOnlyMemory<byte> reported)
    {
        var texts = Read(present);
        var isNew = false;
        foreach (var text in Read(reported))
        {
            var plain = Plain(text);
            if (texts.Exists(known => Plain(known).Contains(plain, StringComparison.Ordinal))) continue;
            // Workers repeat the earlier texts in front of a new one.
            texts.RemoveAll(known => plain.Contains(Plain(known), StringComparison.Ordinal));
            texts.Add(JsonText.Minify(text));
            isNew = true;
        }
        return isNew ? Write(texts) : default;
    }

    /// <summary>Returns the last text for people; <c>null</c> if there is none.</summary>
    public static string? Last(ReadOnlyMemory<byte> error) => Read(error) is { Count: > 0 } texts ? Plain(texts[^1]) : null;

    /// <summary>Writes a single text as it is, several as an array.</summary>
    public static ReadOnlyMemory<byte> Write(List<ReadOnlyMemory<byte>> texts) => texts.Count == 1 ? texts[0] : JsonArray.Write(texts);

    private static string Plain(ReadOnlyMemory<byte> text) => JsonText.GetString(text.Span) ?? Encoding.UTF8.GetString(text.Span);
}
