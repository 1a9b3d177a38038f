using NexRender.Listener.Api;
using NexRender.Listener.Api.Access;
using NexRender.Listener.Http.Bodies;

namespace NexRender.Listener.Http;

/// <summary>
/// Decides from the head of a request, before its body is read, whether it is handled. The gate asks before it lets a client send a
/// large body, and the handler asks again, so that both always agree.
/// </summary>
internal sealed class RequestScreen(Router router, SecretAuthentication authentication, BodyRules bodies, HttpLimits limits)
{
    /// <summary>Finds the route of a request.</summary>
    /// <param name="request">The head of the request.</param>
    /// <param name="match">The route, with the decoded values of its parameters; <c>null</c> if the request is not to be handled.</param>
    /// <returns>The response to a request that is not to be handled; otherwise <c>null</c>.</returns>
    /// <exception cref="HttpStatusException">The path is not valid.</exception>
    public ApiResponse? Check(IRequestHead request, out RouteMatch? match)
    {
        match = null;
        if (request.Method == "OPTIONS") return ApiResponse.Preflight();
        if (request.Target.Length > limits.MaxRequestTargetLength) return ApiResponse.Text(414, "the address is too long");
        var found = router.Find(request.Method, RequestTarget.Path(request.Target), out var refusal);
        var role = authentication.RoleOf(request);
        if (role is null && found is not { Route.AllowsAnonymous: true }) return SecretAuthentication.Forbidden;
        if (found is null) return refusal!;
        if (role < found.Route.Role && !found.Route.AllowsAnonymous) return role.Value.Forbidden(found.Route);
        found.Role = role;
        for (var i = 0; i < found.Values.Length; i++) found.Values[i] = RequestTarget.Decode(found.Values[i]);
        if (ReadsBody(found.Route, request) && bodies.Check(request) is var (status, message)) return ApiResponse.Text(status, message);
        match = found;
        return null;
    }

    /// <summary>Returns true if the route reads the body of a request.</summary>
    public static bool ReadsBody(Route route, IRequestHead request) => route.HasBody || (route.MayHaveBody && request.HasBody);
}
