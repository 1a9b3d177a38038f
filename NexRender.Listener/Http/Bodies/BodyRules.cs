namespace NexRender.Listener.Http.Bodies;

/// <summary>Decides from the headers of a request whether its body can be read.</summary>
internal sealed class BodyRules(HttpLimits limits)
{
    private const string TooLargeMessage = "Body exceeded 100mb limit";

    /// <summary>The exception that ends the reading of a body beyond the limit.</summary>
    public static HttpStatusException TooLarge() => new(413, TooLargeMessage);

    /// <summary>
    /// Returns the status and message for a request whose headers rule out its body; <c>null</c> if the body can be read.
    /// </summary>
    public (int Status, string Message)? Check(IRequestHead request)
    {
        var encoding = request.Header("Content-Encoding");
        if (!string.IsNullOrEmpty(encoding) && !encoding.Equals("identity", StringComparison.OrdinalIgnoreCase))
            return (415, $"a body with Content-Encoding {encoding} is not supported; send the body uncompressed");
        var type = MediaType.Parse(request.Header("Content-Type"));
        if (!type.IsJson)
            return (415, "the body must be JSON, and the request must say so; with curl, add: -H 'Content-Type: application/json'");
        if (!type.IsSupported) return (415, $"the charset {type.Charset} is not supported; send the body as UTF-8");
        return request.ContentLength > limits.MaxRequestBodySize ? (413, TooLargeMessage) : null;
    }
}
