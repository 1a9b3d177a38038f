using NexRender.Listener.Api.Access;

namespace NexRender.Listener.Api;

/// <summary>A route that fits a request, and the values of its parameters.</summary>
/// <param name="Route">The route.</param>
/// <param name="Values">The values of the parameters, in the order of the template.</param>
internal sealed record RouteMatch(Route Route, string[] Values)
{
    /// <summary>The role that the secret of the request has; <c>null</c> if it has none, which only anonymous routes allow.</summary>
    public Role? Role { get; set; }

    /// <summary>Returns the value of a parameter, which the route must have.</summary>
    public string Value(string name) => Values[Array.IndexOf(Route.Parameters, name)];
}
