using System.Net;
using System.Security.Cryptography;
using System.Text;
using NexRender.Listener.Api;

namespace NexRender.Listener.Http;

/// <summary>Who may ask: the secret, and what browsers are told.</summary>
internal sealed class SecretAuthentication(string? secret)
{
    private static readonly ApiResponse Wrong = ApiResponse.Text(403, "Wrong or no authentication secret provided. Please check the \"nexrender-secret\" header.");

    private readonly byte[]? _secret = string.IsNullOrEmpty(secret) ? null : Encoding.UTF8.GetBytes(secret);

    /// <summary>What to answer to a request that does not carry the secret; <c>null</c> to one that does.</summary>
    public ApiResponse? Check(HttpListenerRequest request)
    {
        if (_secret is null) return null;
        // The listener makes a character of every byte, so this gives the bytes that were sent.
        var given = Encoding.Latin1.GetBytes(request.Headers["nexrender-secret"] ?? "");
        // The comparison of the framework takes the same time for every value of the right length; of another length it is shown the secret itself.
        var hasLength = given.Length == _secret.Length;
        var isEqual = CryptographicOperations.FixedTimeEquals(hasLength ? given : _secret, _secret);
        return hasLength && isEqual ? null : Wrong;
    }
}
