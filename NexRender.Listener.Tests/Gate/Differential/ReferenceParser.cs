using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace NexRender.Listener.Tests.Gate.Differential;

/// <summary>
/// A second, slow parser of RFC 9112, written with regular expressions on the whole input: what the gate should understand of what a
/// client sends before it closes its sending direction.
/// </summary>
internal static partial class ReferenceParser
{
    private const int MaxBody = 104_857_600;
    private const int MaxChunkLine = 256;

    private static readonly HashSet<string> NotForwarded =
    [
        "host", "expect", "te", "upgrade", "trailer", "connection", "keep-alive", "content-length", "nexrender-gate", "http2-settings",
        "proxy-connection", "transfer-encoding",
    ];

    /// <summary>Returns the requests, and true if a refusal follows them.</summary>
    public static (List<UnderstoodRequest> Requests, bool IsRefused) Parse(string input)
    {
        var requests = new List<UnderstoodRequest>();
        while (true)
        {
            while (input.StartsWith("\r\n", StringComparison.Ordinal)) input = input[2..];
            if (input.Length == 0) return (requests, false);
            if (Next(ref input, out var keepsAlive) is not { } request) return (requests, true);
            requests.Add(request);
            if (!keepsAlive) return (requests, false);
        }
    }

    // Returns null for a request that is refused.
    private static UnderstoodRequest? Next(ref string input, out bool keepsAlive)
    {
        keepsAlive = false;
        var match = Head().Match(input);
        if (!match.Success) return null;
        var (method, minor) = (match.Groups[1].Value, match.Groups[3].Value);
        var headers = match.Groups[4].Value.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(':', 2))
            .Select(parts => (Name: parts[0].ToLowerInvariant(), Value: parts[1].Trim(' ', '\t'))).ToList();
        string[] Values(string name) => [.. headers.Where(header => header.Name == name).Select(header => header.Value)];

        if (Origin(match.Groups[2].Value, method, out var authority) is not { } target) return null;
        var hosts = Values("host");
        if (hosts.Length > 1 || (hosts.Length == 0 && minor != "0") || !hosts.All(IsHost)) return null;
        if (Values("expect").Any(value => !value.Equals("100-continue", StringComparison.OrdinalIgnoreCase))) return null;
        var rest = input[match.Length..];
        if (Body(method, minor, Values("content-length"), Values("transfer-encoding"), ref rest) is not { } body) return null;
        input = rest;

        var all = Values("connection").SelectMany(value => value.Split(',')).Select(option => option.Trim(' ', '\t').ToLowerInvariant())
            .ToHashSet();
        keepsAlive = !all.Contains("close") && (minor != "0" || all.Contains("keep-alive"));
        // Of several with one name, a handler sees the last.
        var seen = headers.Where(header => !NotForwarded.Contains(header.Name) && !header.Name.Contains('\''))
            .GroupBy(header => header.Name)
            .Select(group => (group.Key, group.Last().Value));
        var head = UnderstoodRequest.Describe(method, target, authority ?? hosts.FirstOrDefault() ?? "", seen);
        var reads = method is "POST" or "PUT" or "PATCH";
        var hex = method == "HEAD" ? "" : Convert.ToHexString(Encoding.Latin1.GetBytes(body));
        return new UnderstoodRequest(head, hex, !reads, body.Length > 0 || Values("transfer-encoding").Length > 0);
    }

    private static string? Origin(string target, string method, out string? authority)
    {
        authority = null;
        if (target[0] == '/' || (target == "*" && method == "OPTIONS")) return Encoded(target);
        var match = AbsoluteForm().Match(target);
        if (!match.Success || !IsHost(match.Groups[1].Value)) return null;
        authority = match.Groups[1].Value;
        return match.Groups[2].Value.StartsWith('/') ? Encoded(match.Groups[2].Value) : "/";
    }

    private static string Encoded(string text) => string.Concat(text.Select(c => c > '~' ? $"%{(int)c:X2}" : $"{c}"));

    private static bool IsHost(string text)
    {
        var match = Host().Match(text);
        return match.Success && (!match.Groups[1].Success
            || (IPAddress.TryParse(match.Groups[1].Value, out var address) && address.AddressFamily == AddressFamily.InterNetworkV6));
    }

    // Returns null if the framing is not valid, or the body not complete.
    private static string? Body(string method, string minor, string[] lengths, string[] codings, ref string rest)
    {
        if (codings.Length > 0)
        {
            var isChunked = codings is [var coding] && coding.Equals("chunked", StringComparison.OrdinalIgnoreCase);
            return isChunked && minor != "0" && lengths.Length == 0 ? Dechunked(ref rest) : null;
        }
        if (lengths.Length == 0) return method is "POST" or "PUT" ? null : "";
        if (!lengths.All(value => Digits().IsMatch(value)) || lengths.Select(long.Parse).Distinct().Count() > 1) return null;
        var length = long.Parse(lengths[0]);
        if (length > rest.Length) return null;
        var body = rest[..(int)length];
        rest = rest[(int)length..];
        return body;
    }

    private static string? Dechunked(ref string rest)
    {
        var body = new StringBuilder();
        while (true)
        {
            var line = ChunkLine().Match(rest);
            // The limit counts the digits, the extension, and the byte after the digits.
            if (!line.Success || line.Length > MaxChunkLine + 1) return null;
            var size = long.Parse(line.Groups[1].Value, System.Globalization.NumberStyles.AllowHexSpecifier);
            rest = rest[line.Length..];
            if (size == 0) break;
            if (size > MaxBody || rest.Length < size + 2 || rest.Substring((int)size, 2) != "\r\n") return null;
            body.Append(rest, 0, (int)size);
            rest = rest[(int)(size + 2)..];
        }
        var trailers = Trailers().Match(rest);
        if (!trailers.Success) return null;
        rest = rest[trailers.Length..];
        return body.ToString();
    }

    [GeneratedRegex(@"\A([A-Za-z0-9!#$%&'*+\-.^_`|~]+) ([^\x00-\x20\x7f]+) HTTP/1\.([0-9])\r\n"
        + @"((?:[A-Za-z0-9!#$%&'*+\-.^_`|~]+:[^\x00-\x08\x0a-\x1f\x7f]*\r\n)*)\r\n")]
    private static partial Regex Head();

    [GeneratedRegex(@"\Ahttps?://([^/?]*)(.*)\z", RegexOptions.IgnoreCase)]
    private static partial Regex AbsoluteForm();

    [GeneratedRegex(@"\A(?:\[([0-9A-Fa-f:.]+)\]|[A-Za-z0-9\-._~%!$&'()*+,;=]+)(?::[0-9]{0,5})?\z")]
    private static partial Regex Host();

    [GeneratedRegex(@"\A[0-9]{1,18}\z")]
    private static partial Regex Digits();

    [GeneratedRegex(@"\A([0-9A-Fa-f]{1,15})(?:;[^\x00-\x08\x0a-\x1f\x7f]*)?\r\n")]
    private static partial Regex ChunkLine();

    [GeneratedRegex(@"\A(?:[A-Za-z0-9!#$%&'*+\-.^_`|~][^\x00-\x08\x0a-\x1f\x7f]*\r\n)*\r\n")]
    private static partial Regex Trailers();
}
