using System.Buffers;
using System.Text.Json;

namespace NexRender.Listener.Json;

/// <summary>Splits and writes JSON arrays.</summary>
internal static class JsonArray
{
    /// <summary>Returns the items of a valid array, as they were written.</summary>
    public static List<ReadOnlyMemory<byte>> Items(ReadOnlyMemory<byte> array)
    {
        var items = new List<ReadOnlyMemory<byte>>();
        var reader = new Utf8JsonReader(array.Span, new JsonReaderOptions { MaxDepth = JsonObject.StoredDepth });
        reader.Read();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            items.Add(array[start..(int)reader.BytesConsumed]);
        }
        return items;
    }

    /// <summary>Writes an array of items that are JSON values.</summary>
    public static ReadOnlyMemory<byte> Write(IReadOnlyList<ReadOnlyMemory<byte>> items)
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
}
