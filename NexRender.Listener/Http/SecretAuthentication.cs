using System.Security.Cryptography;
using System.Text;
using NexRender.Listener.Api;

namespace NexRender.Listener.Http;

/// <summary>Checks the shared secret of a request.</summary>
internal sealed class SecretAuthentication
{
    private const string Bearer = "Bearer ";

    private static readonly ApiResponse Forbidden = ApiResponse.Text(
        403, "Wrong or no authentication secret provided. Please check the \"nexrender-secret\" header.");

    // The bytes that clients send for the secret: Node writes header values as Latin-1, curl as the terminal's UTF-8.
    private readonly byte[][] _spellings;

    /// <param name="secret">The secret; <c>null</c> or empty for none. Whitespace around it does not count, as in a header.</param>
    public SecretAuthentication(string? secret)
    {
        var text = secret?.Trim() ?? "";
        _spellings = text.Length == 0 ? [] : text.All(c => c <= 0xFF) && !Ascii.IsValid(text)
            ? [Encoding.UTF8.GetBytes(text), Encoding.Latin1.GetBytes(text)]
            : [Encoding.UTF8.GetBytes(text)];
    }

    /// <summary>Returns the response to a request without the right secret; <c>null</c> if the request may be handled.</summary>
    public ApiResponse? Check(IRequestHead request)
    {
        if (_spellings.Length == 0) return null;
        var given = request.Header("nexrender-secret");
        if (given is null && request.Header("authorization") is { } authorization
            && authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)) given = authorization[Bearer.Length..];
        return given is not null && IsSecret(given) ? null : Forbidden;
    }

    private bool IsSecret(string given)
    {
        // A header value has one character for each byte, so this restores the bytes that were sent.
        var bytes = Encoding.Latin1.GetBytes(given.Trim());
        var isSecret = false;
        foreach (var spelling in _spellings)
        {
            // The framework compares values of equal length in constant time. For another length the secret is compared with itself, so
            // that the time does not depend on the length either.
            var hasLength = bytes.Length == spelling.Length;
            isSecret |= CryptographicOperations.FixedTimeEquals(hasLength ? bytes : spelling, spelling) & hasLength;
        }
        return isSecret;
    }
}
