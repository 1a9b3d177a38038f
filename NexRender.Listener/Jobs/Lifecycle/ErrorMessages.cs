using System.Buffers;
using NexRender.Listener.Json;

namespace NexRender.Listener.Jobs.Lifecycle;

/// <summary>The value of <c>error</c>: none, a text, or an array of them; no text is ever lost to a later report.</summary>
internal static class ErrorMessages
{
    /// <summary>The texts, as raw JSON values.</summary>
    public static List<ReadOnlyMemory<byte>> Read(ReadOnlyMemory<byte> error)
    {
        if (!JsonText.IsTruthy(error.Span)) return [];
        return error.Span[0] == '[' ? JsonArray.Items(error) : [error];
    }

    /// <summary>Adds what was sent to what is there, unless it is there already.</summary>
    /// <returns>The new value; empty where there is nothing to add.</returns>
    public static ReadOnlyMemory<byte> Add(ReadOnlyMemory<byte> present, ReadOnlyMemory<byte> sent)
    {
        var texts = Read(present);
        var isNew = false;
        foreach (var text in Read(sent))
        {
            var plain = Plain(text);
            if (texts.Exists(known => Plain(known).Contains(plain, StringComparison.Ordinal))) continue;
            // Workers repeat the texts of before in front of a new one.
            texts.RemoveAll(known => plain.Contains(Plain(known), StringComparison.Ordinal));
            texts.Add(JsonText.Minify(text));
            isNew = true;
        }
        return isNew ? Write(texts) : default;
    }

    /// <summary>A single text stands for itself, several are an array.</summary>
    public static ReadOnlyMemory<byte> Write(List<ReadOnlyMemory<byte>> texts) => texts.Count == 1 ? texts[0] : WriteArray(texts);

    public static ReadOnlyMemory<byte> WriteArray(List<ReadOnlyMemory<byte>> items)
    {
        var output = new ArrayBufferWriter<byte>();
        output.Write("["u8);
        for (var i = 0; i < items.Count; i++)
        {
            if (i > 0) output.Write(","u8);
            output.Write(items[i].Span);
        }
        output.Write("]"u8);
        return output.WrittenMemory;
    }

    private static string Plain(ReadOnlyMemory<byte> text) => JsonText.Text(text.Span) ?? System.Text.Encoding.UTF8.GetString(text.Span);
}
