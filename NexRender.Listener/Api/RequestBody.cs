using System.Text.Json;
using NexRender.Listener.Json;

namespace NexRender.Listener.Api;

/// <summary>Reads the JSON object that a request brings.</summary>
internal static class RequestBody
{
    /// <summary>Reads it, or says what is wrong.</summary>
    public static bool TryParse(ApiRequest request, out JsonObject? sent, out ApiResponse? wrong)
    {
        (sent, wrong) = (null, null);
        try
        {
            sent = JsonObject.ParseRequest(request.Body);
            return true;
        }
        catch (NotAnObjectException)
        {
            wrong = ApiResponse.Text(400, "the body must be a JSON object");
        }
        catch (JsonException e)
        {
            wrong = ApiResponse.Text(400, $"Invalid JSON: {Where(e)}");
        }
        return false;
    }

    private static string Where(JsonException e)
    {
        // The framework appends the place to its message, counted from 0; ours says it as editors do.
        var message = e.Message;
        var place = message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        if (place < 0 || e.LineNumber is not { } line) return message;
        return $"line {line + 1}, column {e.BytePositionInLine + 1}: {message[..place]}";
    }
}
