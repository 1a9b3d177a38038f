using NexRender.Listener.Api;

namespace NexRender.Listener.Http;

/// <summary>Finds the route of a request; 404 and 405 are derived from the same table.</summary>
internal sealed class Router(Route[] routes)
{
    /// <summary>Finds the route of a method and a path.</summary>
    /// <param name="method">The method as the client sent it.</param>
    /// <param name="path">The path, as <see cref="RequestTarget.Path"/> returns it.</param>
    /// <param name="refusal">The response if no route matches; otherwise <c>null</c>.</param>
    /// <returns>The route with the values of its parameters still encoded; <c>null</c> if no route matches.</returns>
    public RouteMatch? Find(string method, string path, out ApiResponse? refusal)
    {
        refusal = null;
        List<string>? allowed = null;
        var template = "";
        foreach (var route in routes)
        {
            // A path belongs to the first template that fits, for all methods.
            if (template.Length > 0 && route.Template != template) continue;
            if (!Fits(route, path, out var values)) continue;
            template = route.Template;
            var allowsHead = route is { Method: "GET", AllowsHead: true };
            if (route.Method == method || (method == "HEAD" && allowsHead)) return new RouteMatch(route, values);
            (allowed ??= []).Add(route.Method);
            if (allowsHead) allowed.Add("HEAD");
        }
        refusal = allowed is null
            ? ApiResponse.Text(404, $"no such route: {method} {path}")
            : ApiResponse.MethodNotAllowed(string.Join(", ", allowed.Append("OPTIONS")));
        return null;
    }

    private static bool Fits(Route route, string path, out string[] values)
    {
        values = [];
        if (!path.StartsWith(route.Root, StringComparison.Ordinal)) return false;
        var rest = path.AsSpan(route.Root.Length);
        // Only the path of the web page itself ends with a slash here.
        if (path == "/") rest = default;
        var found = 0;
        foreach (var expected in route.Segments)
        {
            if (rest.IsEmpty || rest[0] != '/') return false;
            rest = rest[1..];
            var end = rest.IndexOf('/');
            var segment = end < 0 ? rest : rest[..end];
            if (expected[0] == ':' ? segment.IsEmpty : !segment.SequenceEqual(expected)) return false;
            if (expected[0] == ':')
            {
                if (found == 0) values = new string[route.Parameters.Length];
                values[found++] = segment.ToString();
            }
            rest = rest[segment.Length..];
        }
        return rest.IsEmpty;
    }
}
