namespace NexRender.Listener.Api.Access;

/// <summary>The names of the roles in responses.</summary>
internal static class RoleNames
{
    /// <summary>Returns the name of a role.</summary>
    public static string ToName(this Role role) => role switch
    {
        Role.Read => "read",
        Role.Submit => "submit",
        _ => "full",
    };

    /// <summary>Returns the response to a request whose secret is valid, but not for its route.</summary>
    public static ApiResponse Forbidden(this Role role, Route route)
    {
        var remedy = route.Role == Role.Submit ? "use the submit secret or the full secret" : "use the full secret";
        return ApiResponse.Text(403, $"the {role.ToName()} secret does not allow {route.Method} {route.Template}; {remedy}");
    }
}
