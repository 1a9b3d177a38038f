namespace NexRender.Listener.Tests.Gate.Differential;

/// <summary>A request as a server has understood it.</summary>
/// <param name="Head">Method, target, host, and the headers that a handler can see, one a line.</param>
/// <param name="Body">The body in hexadecimal.</param>
/// <param name="MayBeDropped">True if the server may drop the body, because no handler reads it.</param>
/// <param name="MayBeRefused">True if the server may refuse the request for its route before it receives the body.</param>
internal sealed record UnderstoodRequest(string Head, string Body, bool MayBeDropped = false, bool MayBeRefused = false)
{
    public static string Describe(string method, string target, string host, IEnumerable<(string Name, string Value)> headers) =>
        string.Join('\n', headers.Select(header => $"{header.Name}={header.Value}").Order(StringComparer.Ordinal)
            .Prepend(host).Prepend($"{method} {target}"));

    public bool Allows(UnderstoodRequest other) => Head == other.Head && (Body == other.Body || (MayBeDropped && other.Body.Length == 0));
}
