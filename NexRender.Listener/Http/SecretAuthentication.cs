using System.Text;
using NexRender.Listener.Api;
using NexRender.Listener.Api.Access;

namespace NexRender.Listener.Http;

/// <summary>Finds the role of a request by the secret that it carries.</summary>
internal sealed class SecretAuthentication
{
    private const string Bearer = "Bearer ";

    /// <summary>The response to a request without a valid secret.</summary>
    public static readonly ApiResponse Forbidden = ApiResponse.Text(
        403, "Wrong or no authentication secret provided. Please check the \"nexrender-secret\" header.");

    private readonly List<(Role Role, Secret Secret)> _secrets = [];

    /// <param name="full">The secret that allows everything; <c>null</c> or empty for none, which allows everything to everybody.</param>
    /// <param name="read">The secret for reading; <c>null</c> or empty for none.</param>
    /// <param name="submit">The secret for submitting and reading; <c>null</c> or empty for none.</param>
    /// <remarks>Whitespace around a secret does not count, as in a header.</remarks>
    public SecretAuthentication(string? full, string? read = null, string? submit = null)
    {
        Add(Role.Read, read);
        Add(Role.Submit, submit);
        Add(Role.Full, full);
    }

    /// <summary>Returns the role of a request; <c>null</c> if it has no valid secret.</summary>
    public Role? RoleOf(IRequestHead request)
    {
        if (_secrets.Count == 0) return Role.Full;
        var given = request.Header("nexrender-secret");
        if (given is null && request.Header("authorization") is { } authorization
            && authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)) given = authorization[Bearer.Length..];
        return given is null ? null : Find(given);
    }

    private Role? Find(string given)
    {
        // A header value has one character for each byte, so this restores the bytes that were sent.
        var bytes = Encoding.Latin1.GetBytes(given.Trim());
        Role? found = null;
        // All secrets are compared, so that the time does not tell which of them a value resembles.
        foreach (var (role, secret) in _secrets)
        {
            if (secret.Matches(bytes)) found = role;
        }
        return found;
    }

    private void Add(Role role, string? secret)
    {
        if (secret?.Trim() is { Length: > 0 } text) _secrets.Add((role, new Secret(text)));
    }
}
