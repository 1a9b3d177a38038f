namespace NexRender.Listener.Api;

/// <summary>A line of the route table.</summary>
/// <param name="Method">The method, in capitals.</param>
/// <param name="Template">The path below <c>/api/v1</c>; a segment that begins with a colon is the parameter.</param>
/// <param name="Handler">What answers.</param>
internal sealed record Route(string Method, string Template, Handler Handler)
{
    /// <summary>The segments of the template.</summary>
    public string[] Segments { get; } = Template.Split('/', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Whether a HEAD request is answered too; not where the GET changes something.</summary>
    public bool AllowsHead { get; init; } = true;

    /// <summary>Whether the secret is not asked for.</summary>
    public bool IsOpen { get; init; }

    /// <summary>Whether a request comes with a JSON body.</summary>
    public bool HasBody => Method is "POST" or "PUT";

    /// <summary>Whether a request may come with a JSON body.</summary>
    public bool MayHaveBody => HasBody || Method is "PATCH";
}
