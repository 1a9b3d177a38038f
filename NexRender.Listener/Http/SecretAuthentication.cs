using System.Security.Cryptography;
using System.Text;
using NexRender.Listener.Api;

namespace NexRender.Listener.Http;

/// <summary>Checks the shared secret of a request.</summary>
internal sealed class SecretAuthentication(string? secret)
{
    private static readonly ApiResponse Forbidden = ApiResponse.Text(
        403, "Wrong or no authentication secret provided. Please check the \"nexrender-secret\" header.");

    private readonly byte[]? _secret = string.IsNullOrEmpty(secret) ? null : Encoding.UTF8.GetBytes(secret);

    /// <summary>Returns the response to a request without the right secret; <c>null</c> if the request may be handled.</summary>
    public ApiResponse? Check(IRequestHead request)
    {
        if (_secret is null) return null;
        // HttpListener decodes header bytes as Latin-1, so this restores the bytes that were sent.
        var given = Encoding.Latin1.GetBytes(request.Header("nexrender-secret") ?? "");
        // The framework compares values of equal length in constant time. For another length the secret is compared with itself, so that
        // the time does not depend on the length either.
        var hasLength = given.Length == _secret.Length;
        var isEqual = CryptographicOperations.FixedTimeEquals(hasLength ? given : _secret, _secret);
        return hasLength && isEqual ? null : Forbidden;
    }
}
