using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using NexRender.Listener.Network;

namespace NexRender.Listener.Farm.Hooks.Sending;

/// <summary>
/// Sends one request on a connection of its own, and reads no more of the response than its status. HttpClient would make the native file
/// 2.2 MB larger.
/// </summary>
internal sealed class WebhookClient(HookSettings settings)
{
#if WITHOUT_TLS
    /// <summary>True if the program can send to https addresses.</summary>
    public static bool HasTls => false;
#else
    /// <summary>True if the program can send to https addresses.</summary>
    public static bool HasTls => true;
#endif

    private const int MaxHead = 16 << 10;
    private const int MaxRest = 64 << 10;

    private static readonly TimeSpan RestTimeout = TimeSpan.FromMilliseconds(500);

    /// <summary>Tries to deliver once.</summary>
    /// <exception cref="OperationCanceledException">The server stops.</exception>
    public async Task<SendResult> SendAsync(Delivery delivery, CancellationToken stop)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(stop);
        timeout.CancelAfter(settings.Limits.Timeout);
        try
        {
            return await SendWithinAsync(delivery, delivery.Url!, timeout.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return SendResult.Failed($"no answer within {settings.Limits.Timeout.TotalSeconds:0.#} s");
        }
        catch (Exception e) when (e is IOException or SocketException or System.Security.Authentication.AuthenticationException)
        {
            return SendResult.Failed((e.InnerException ?? e).Message.ReplaceLineEndings(" ").TrimEnd('.'));
        }
    }

    private async Task<SendResult> SendWithinAsync(Delivery delivery, Uri url, CancellationToken cancellation)
    {
        if (url.Scheme == Uri.UriSchemeHttps && !HasTls) return SendResult.Refused("this file has no TLS");
        var addresses = await HostConnection.ResolveAsync(url, cancellation).ConfigureAwait(false);
        var allowed = delivery.Own is null ? addresses
            : [.. addresses.Where(address => AddressRules.Allows(address, settings.AllowedPrefixes))];
        if (addresses.Length > 0 && allowed.Length == 0)
            return SendResult.Refused($"{addresses[0].Address} is not a public address, and no allowed prefix names it");
        using var socket = await HostConnection.OpenAsync(allowed, cancellation).ConfigureAwait(false);
        var stream = await EncryptAsync(new NetworkStream(socket), url, cancellation).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            await stream.WriteAsync(Head(delivery, url), cancellation).ConfigureAwait(false);
            await stream.WriteAsync(delivery.Body, cancellation).ConfigureAwait(false);
            await stream.FlushAsync(cancellation).ConfigureAwait(false);
            var status = await ReadStatusAsync(stream, cancellation).ConfigureAwait(false);
            await ReadRestAsync(stream, cancellation).ConfigureAwait(false);
            return status switch
            {
                >= 200 and < 300 => SendResult.Delivered($"{status}"),
                >= 300 and < 400 => SendResult.Failed($"{status}, and redirects are not followed"),
                0 => SendResult.Failed("the answer is not HTTP"),
                _ => SendResult.Failed($"{status}"),
            };
        }
    }

#if WITHOUT_TLS
    private static ValueTask<Stream> EncryptAsync(Stream stream, Uri url, CancellationToken cancellation) => new(stream);
#else
    private static async ValueTask<Stream> EncryptAsync(Stream stream, Uri url, CancellationToken cancellation)
    {
        if (url.Scheme != Uri.UriSchemeHttps) return stream;
        var encrypted = new SslStream(stream);
        try
        {
            var options = new SslClientAuthenticationOptions { TargetHost = url.IdnHost };
            await encrypted.AuthenticateAsClientAsync(options, cancellation).ConfigureAwait(false);
            return encrypted;
        }
        catch
        {
            await encrypted.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
#endif

    private byte[] Head(Delivery delivery, Uri url)
    {
        var head = new StringBuilder()
            .Append(delivery.Own?.Method ?? "POST").Append(' ').Append(url.PathAndQuery).Append(" HTTP/1.1\r\n")
            .Append("Host: ").Append(WebhookUrl.HostAndPort(url)).Append("\r\n")
            .Append("User-Agent: ").Append(settings.UserAgent).Append("\r\n")
            .Append("Content-Type: application/json; charset=utf-8\r\n")
            .Append("Content-Length: ").Append(delivery.Body.Length).Append("\r\n")
            .Append("Connection: close\r\n");
        if (settings.Secret.Length > 0)
            head.Append("nexrender-signature: ").Append(BodySignature.Of(delivery.Body, settings.Secret)).Append("\r\n");
        foreach (var (name, value) in delivery.Own?.Headers() ?? []) head.Append(name).Append(": ").Append(value).Append("\r\n");
        return Encoding.ASCII.GetBytes(head.Append("\r\n").ToString());
    }

    /// <summary>Reads the heads of responses up to the final one.</summary>
    /// <returns>Its status; 0 if it is not HTTP.</returns>
    private static async Task<int> ReadStatusAsync(Stream stream, CancellationToken cancellation)
    {
        var buffer = new byte[MaxHead];
        var length = 0;
        while (length < buffer.Length)
        {
            var read = await stream.ReadAsync(buffer.AsMemory(length), cancellation).ConfigureAwait(false);
            if (read == 0) throw new IOException("The connection was closed before an answer");
            length += read;
            // An interim response, 100 or 103, is followed by another one.
            while (StatusLine(buffer.AsSpan(0, length)) is { } status)
            {
                if (status is 0 or >= 200) return status;
                var end = buffer.AsSpan(0, length).IndexOf("\r\n\r\n"u8);
                if (end < 0) break;
                buffer.AsSpan(end + 4, length - end - 4).CopyTo(buffer);
                length -= end + 4;
            }
        }
        return 0;
    }

    // The status of a line that has come whole; null while it has not.
    private static int? StatusLine(ReadOnlySpan<byte> head)
    {
        var end = head.IndexOf((byte)'\n');
        if (end < 0) return null;
        var isHttp = end >= 12 && head.StartsWith("HTTP/1."u8) && head[8] == ' ';
        return isHttp && int.TryParse(head.Slice(9, 3), out var status) && status >= 100 ? status : 0;
    }

    // Closed with unread bytes, the connection would be reset, which many a receiver logs as an error. The outcome is known already.
    private static async Task ReadRestAsync(Stream stream, CancellationToken cancellation)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        timeout.CancelAfter(RestTimeout);
        try
        {
            var buffer = new byte[4096];
            for (var total = 0; total < MaxRest;)
            {
                var read = await stream.ReadAsync(buffer, timeout.Token).ConfigureAwait(false);
                if (read == 0) return;
                total += read;
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // A receiver that does not close the connection, or resets it, has answered all the same.
        }
    }
}
