namespace NexRender.Listener.Http;

/// <summary>Decides from the headers of a request whether its body can be read.</summary>
internal sealed class BodyRules(HttpLimits limits)
{
    private const string TooLargeMessage = "Body exceeded 100mb limit";

    /// <summary>The exception that ends the reading of a body beyond the limit.</summary>
    public static HttpStatusException TooLarge() => new(413, TooLargeMessage);

    /// <summary>Returns the status and message for a request whose headers rule out its body; <c>null</c> if the body can be read.</summary>
    public (int Status, string Message)? Check(IRequestHead request)
    {
        if (request.Header("Content-Encoding") is { Length: > 0 } encoding && !encoding.Equals("identity", StringComparison.OrdinalIgnoreCase))
            return (415, $"a body with Content-Encoding {encoding} is not supported; send the body uncompressed");
        if (!IsJson(request.Header("Content-Type")))
            return (415, "the body must be JSON, and the request must say so; with curl, add: -H 'Content-Type: application/json'");
        return request.ContentLength > limits.MaxRequestBodySize ? (413, TooLargeMessage) : null;
    }

    private static bool IsJson(string? contentType)
    {
        if (contentType is null) return false;
        var end = contentType.IndexOf(';');
        var type = (end < 0 ? contentType : contentType.AsSpan(0, end)).Trim();
        var parameters = end < 0 ? default : contentType.AsSpan(end);
        var isJson = type.Equals("application/json", StringComparison.OrdinalIgnoreCase)
            || (type.StartsWith("application/", StringComparison.OrdinalIgnoreCase) && type.EndsWith("+json", StringComparison.OrdinalIgnoreCase));
        return isJson
            && !parameters.Contains("utf-16", StringComparison.OrdinalIgnoreCase) && !parameters.Contains("utf-32", StringComparison.OrdinalIgnoreCase);
    }
}
