namespace NexRender.Listener.Api;

/// <summary>A route that fits a request, and the values of its parameters.</summary>
/// <param name="Route">The route.</param>
/// <param name="Values">The values of the parameters, in the order of the template.</param>
internal sealed record RouteMatch(Route Route, string[] Values)
{
    /// <summary>Returns the value of a parameter, which the route must have.</summary>
    public string Value(string name) => Values[Array.IndexOf(Route.Parameters, name)];
}
