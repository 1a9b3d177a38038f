using NexRender.Listener.Api;

namespace NexRender.Listener.Http;

/// <summary>Finds the route of a request; what is not found and what is not allowed come from the same table.</summary>
internal sealed class Router(Route[] routes)
{
    private const string Root = "/api/v1";

    /// <summary>Finds the route of a method and a path.</summary>
    /// <param name="method">The method as the client sent it.</param>
    /// <param name="path">The path, as <see cref="RequestTarget.Path"/> returns it.</param>
    /// <param name="parameter">The parameter of the path, as it was sent.</param>
    /// <param name="refusal">What to answer where there is no route.</param>
    public Route? Find(string method, string path, out string parameter, out ApiResponse? refusal)
    {
        (parameter, refusal) = ("", null);
        List<string>? allowed = null;
        var template = "";
        foreach (var route in routes)
        {
            // A path belongs to the first template that fits, for all methods.
            if (template.Length > 0 && route.Template != template) continue;
            if (!Fits(route.Segments, path, out var raw)) continue;
            template = route.Template;
            if (route.Method == method || (method == "HEAD" && route is { Method: "GET", AllowsHead: true }))
            {
                parameter = raw.ToString();
                return route;
            }
            (allowed ??= []).Add(route.Method);
            if (route is { Method: "GET", AllowsHead: true }) allowed.Add("HEAD");
        }
        refusal = allowed is null
            ? ApiResponse.Text(404, $"no such route: {method} {path}")
            : ApiResponse.MethodNotAllowed(string.Join(", ", allowed.Append("OPTIONS")));
        return null;
    }

    private static bool Fits(string[] template, string path, out ReadOnlySpan<char> parameter)
    {
        parameter = default;
        if (!path.StartsWith(Root, StringComparison.Ordinal)) return false;
        var rest = path.AsSpan(Root.Length);
        foreach (var expected in template)
        {
            if (rest.IsEmpty || rest[0] != '/') return false;
            rest = rest[1..];
            var end = rest.IndexOf('/');
            var segment = end < 0 ? rest : rest[..end];
            if (expected[0] == ':' ? segment.IsEmpty : !segment.SequenceEqual(expected)) return false;
            if (expected[0] == ':') parameter = segment;
            rest = rest[segment.Length..];
        }
        return rest.IsEmpty;
    }
}
