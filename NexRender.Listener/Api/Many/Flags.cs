namespace NexRender.Listener.Api.Many;

/// <summary>Reads the parameters of a query that are true or false.</summary>
internal static class Flags
{
    /// <summary>Returns true if a parameter is given without a value, or with <c>true</c> or <c>1</c>.</summary>
    /// <exception cref="InvalidQueryException">It has another value than those, <c>false</c> or <c>0</c>.</exception>
    public static bool IsSet(ApiRequest request, string name) => request.Query.Value(name) switch
    {
        null or "false" or "0" => false,
        "" or "true" or "1" => true,
        var other => throw new InvalidQueryException($"{name} must be true or false, not \"{other}\""),
    };
}
