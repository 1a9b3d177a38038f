using NexRender.Listener.Api.Access;
using NexRender.Listener.Farm.Numbers;

namespace NexRender.Listener.Api;

/// <summary>A line of the route table.</summary>
/// <param name="Method">The method, in capitals.</param>
/// <param name="Template">The path below <see cref="Root"/>; a segment that begins with a colon is a parameter.</param>
/// <param name="Handler">Handles the requests.</param>
internal sealed record Route(string Method, string Template, Handler Handler)
{
    /// <summary>The beginning of every path of the API.</summary>
    public const string ApiRoot = "/api/v1";

    /// <summary>The beginning of the path, before the template: that of the API by default, empty for the web page.</summary>
    public string Root { get; init; } = ApiRoot;

    /// <summary>The segments of the template.</summary>
    public string[] Segments { get; } = Template.Split('/', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The names of the parameters, in their order.</summary>
    public string[] Parameters { get; } =
        [.. Template.Split('/').Where(segment => segment.StartsWith(':')).Select(segment => segment[1..])];

    /// <summary>The requests that the handler was called for.</summary>
    public RequestCounts Requests { get; } = new();

    /// <summary>True if a HEAD request is handled too; false for a GET that changes something.</summary>
    public bool AllowsHead { get; init; } = true;

    /// <summary>The longest time for which the response waits for something that happens to jobs.</summary>
    public TimeSpan LongestWait { get; init; }

    /// <summary>True if a request changes nothing.</summary>
    public bool IsSafe => Method == "GET" && AllowsHead;

    /// <summary>The least role that may use the route.</summary>
    public Role Role { get; init; } = Role.Full;

    /// <summary>True if no secret is required.</summary>
    public bool AllowsAnonymous { get; init; }

    /// <summary>True if a request must have a JSON body.</summary>
    public bool HasBody => Method is "POST" or "PUT";

    /// <summary>True if a request may have a JSON body.</summary>
    public bool MayHaveBody => HasBody || Method is "PATCH" || AllowsBody;

    /// <summary>True if a request whose method usually has no body may have one.</summary>
    public bool AllowsBody { get; init; }
}
