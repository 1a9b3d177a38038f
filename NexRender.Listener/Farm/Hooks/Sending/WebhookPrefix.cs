using System.Net;

namespace NexRender.Listener.Farm.Hooks.Sending;

/// <summary>An address below which webhooks of jobs are allowed: a whole origin, and whole segments of the path.</summary>
internal sealed class WebhookPrefix
{
    private readonly string _path;

    private WebhookPrefix(Uri url)
    {
        Url = url;
        _path = url.AbsolutePath.TrimEnd('/');
        Address = IPAddress.TryParse(url.IdnHost.Trim('[', ']'), out var address) ? address : null;
    }

    public Uri Url { get; }

    /// <summary>The address that the prefix names literally; <c>null</c> for a name.</summary>
    public IPAddress? Address { get; }

    /// <summary>True if the prefix names the machine of the server as <c>localhost</c>.</summary>
    public bool IsLocalhost => Url.IdnHost == "localhost";

    /// <summary>Parses a prefix.</summary>
    /// <param name="text">The prefix.</param>
    /// <param name="prefix">The parsed prefix; <c>null</c> if it is refused.</param>
    /// <returns>The reason why it is refused; <c>null</c> if it is not.</returns>
    public static string? Check(string text, out WebhookPrefix? prefix)
    {
        prefix = null;
        if (text.AsSpan().ContainsAny('?', '#')) return "it has a query or a fragment";
        if (WebhookUrl.Check(text, out var url) is { } problem) return problem;
        prefix = new WebhookPrefix(url!);
        return null;
    }

    /// <summary>Returns true if an address that <see cref="WebhookUrl.Check"/> has accepted is below the prefix.</summary>
    public bool Allows(Uri url)
    {
        if (url.Scheme != Url.Scheme || url.Port != Url.Port) return false;
        if (!string.Equals(url.IdnHost, Url.IdnHost, StringComparison.OrdinalIgnoreCase)) return false;
        var path = url.AbsolutePath;
        return path == _path || (path.StartsWith(_path, StringComparison.Ordinal) && path[_path.Length] == '/');
    }

    /// <summary>Returns true if the prefix itself names the address that a connection would go to.</summary>
    public bool Names(IPEndPoint address) => address.Port == Url.Port
        && (Address is not null ? Address.Equals(address.Address) : IsLocalhost && IPAddress.IsLoopback(address.Address));
}
