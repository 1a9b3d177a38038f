using System.Text.Json;

namespace NexRender.Listener.Json;

/// <summary>Takes valid JSON arrays and values apart.</summary>
internal static class JsonArray
{
    /// <summary>The items of an array, as they were written.</summary>
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

    /// <summary>The members of an object; none for a value of another kind, as in JavaScript.</summary>
    public static JsonObject AsObject(ReadOnlyMemory<byte> value) =>
        !value.IsEmpty && value.Span[0] == '{' ? JsonObject.Parse(value, JsonObject.StoredDepth) : new JsonObject(0);
}
