using System.Text.Json;
using System.Text.Unicode;
using NexRender.Listener.Json;

namespace NexRender.Listener.Api;

/// <summary>Parses the JSON object in the body of a request.</summary>
internal static class RequestBody
{
    /// <summary>
    /// Returns true if the body is empty or what some languages send for nothing: <c>null</c>, <c>[]</c>, <c>{}</c> or <c>""</c>.
    /// </summary>
    public static bool IsNothing(ApiRequest request)
    {
        var text = request.Body.Span.Trim(" \t\r\n"u8);
        if (text.IsEmpty || text.SequenceEqual("null"u8) || text.SequenceEqual("\"\""u8)) return true;
        return text is [(byte)'[', .., (byte)']'] or [(byte)'{', .., (byte)'}'] && text[1..^1].Trim(" \t\r\n"u8).IsEmpty;
    }

    /// <summary>Parses the body.</summary>
    /// <param name="request">The request.</param>
    /// <param name="body">The object; <c>null</c> if the body is not one.</param>
    /// <param name="error">The response to a body that is not an object; otherwise <c>null</c>.</param>
    public static bool TryParse(ApiRequest request, out JsonObject? body, out ApiResponse? error)
    {
        (body, error) = (null, null);
        try
        {
            body = JsonObject.ParseRequest(request.Body);
            return true;
        }
        catch (NotAnObjectException)
        {
            error = ApiResponse.Text(400, "the body must be a JSON object");
        }
        catch (JsonException e)
        {
            error = ApiResponse.Text(400, $"Invalid JSON: {Describe(e)}");
        }
        return false;
    }

    /// <summary>Returns true if the body is an array, or looks like one.</summary>
    public static bool IsArray(ApiRequest request) => request.Body.Span.TrimStart(" \t\r\n"u8) is [(byte)'[', ..];

    /// <summary>Parses the body as an array of objects.</summary>
    /// <param name="request">The request.</param>
    /// <param name="items">The objects, <c>null</c> for each item that is not one.</param>
    /// <param name="error">The response to a body that is not valid JSON; otherwise <c>null</c>.</param>
    public static bool TryParseArray(ApiRequest request, out List<JsonObject?> items, out ApiResponse? error)
    {
        (items, error) = ([], null);
        try
        {
            if (!Utf8.IsValid(request.Body.Span)) throw new JsonException("the bytes are not valid UTF-8");
            var reader = new Utf8JsonReader(request.Body.Span, new JsonReaderOptions { MaxDepth = JsonObject.RequestDepth });
            while (reader.Read()) reader.Skip();
            items = ToObjects(request.Body);
            return true;
        }
        catch (JsonException e)
        {
            error = ApiResponse.Text(400, $"Invalid JSON: {Describe(e)}");
            return false;
        }
    }

    /// <summary>Returns the items of a valid array, <c>null</c> for each that is not an object.</summary>
    public static List<JsonObject?> ToObjects(ReadOnlyMemory<byte> array) => JsonArray.Items(array).ConvertAll(item =>
        item.Span[0] == '{' ? JsonObject.Parse(item, JsonObject.RequestDepth) : null);

    // The framework appends the position to its message, counted from 0; this puts it first, counted from 1 as editors do.
    private static string Describe(JsonException e)
    {
        var message = e.Message;
        var position = message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        if (position < 0 || e.LineNumber is not { } line) return message;
        return $"line {line + 1}, column {e.BytePositionInLine + 1}: {message[..position]}";
    }
}
