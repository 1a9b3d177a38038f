using System.Text;

namespace NexRender.Listener;

/// <summary>Reads the file of <c>--secret-file</c>.</summary>
internal static class SecretFile
{
    // More is not a secret but a wrong file, or a device that never ends.
    private const int MaxLength = 4096;

    /// <summary>Returns the secret, without line breaks at its end.</summary>
    /// <exception cref="StartupException">The file cannot be read, is empty, or is not a secret.</exception>
    public static string Read(string path)
    {
        try
        {
            // A stream, not a file of known length: shells pass secrets through pipes.
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var bytes = new byte[MaxLength + 1];
            var length = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            if (length > MaxLength)
                throw new StartupException($"the secret file {path} is longer than {MaxLength} bytes; name the file of the secret");
            var secret = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes, 0, length).TrimEnd('\r', '\n');
            return secret.Length > 0
                ? secret
                : throw new StartupException($"the secret file {path} is empty; put the secret into it, or omit --secret-file");
        }
        catch (DecoderFallbackException e)
        {
            throw new StartupException($"the secret file {path} is not UTF-8 text; save the secret as UTF-8", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            var reason = e.Message.TrimEnd('.');
            throw new StartupException($"cannot read the secret file {path}: {reason}; make it readable for this user, or name another", e);
        }
    }
}
