using System.Security.Cryptography;
using System.Text;

namespace NexRender.Listener.Http;

/// <summary>A configured secret, compared in constant time.</summary>
internal sealed class Secret
{
    // The bytes that clients send for the secret: Node writes header values as Latin-1, curl as the terminal's UTF-8.
    private readonly byte[][] _spellings;

    /// <param name="text">The secret, without whitespace around it.</param>
    public Secret(string text) => _spellings = text.All(c => c <= 0xFF) && !Ascii.IsValid(text)
        ? [Encoding.UTF8.GetBytes(text), Encoding.Latin1.GetBytes(text)]
        : [Encoding.UTF8.GetBytes(text)];

    /// <summary>Returns true if the bytes of a header are this secret.</summary>
    public bool Matches(byte[] given)
    {
        var matches = false;
        foreach (var spelling in _spellings)
        {
            // The framework compares values of equal length in constant time. For another length the secret is compared with itself, so
            // that the time does not depend on the length either.
            var hasLength = given.Length == spelling.Length;
            matches |= CryptographicOperations.FixedTimeEquals(hasLength ? given : spelling, spelling) & hasLength;
        }
        return matches;
    }
}
