using System.IO.Compression;
using System.Reflection;
using NexRender.Listener.Api.Content;
using NexRender.Listener.Api.Query;

namespace NexRender.Listener.Api.Page;

/// <summary>A file of the web page, which was compressed when the server was built.</summary>
internal sealed class PageFile(Assembly assembly, string name)
{
    /// <summary>The page may load from its own server only, and nothing can be turned into markup or script.</summary>
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; "
        + "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

    // Read at the first request: a server whose page nobody opens needs no memory for it.
    private readonly Lazy<byte[]> _compressed = new(() => Read(assembly, name));

    /// <summary>Returns the file, compressed if the client accepts that, or 304 if the client has it.</summary>
    public ApiResponse Respond(ApiRequest request)
    {
        var tag = Tag(_compressed.Value);
        var isKnown = EntityTag.Matches(request, tag);
        var isCompressed = ContentCoding.AcceptsGzip(request.Header("accept-encoding"));
        var response = isKnown ? ApiResponse.Empty(304)
            : ApiResponse.Bytes(MediaType(name), isCompressed ? _compressed.Value : Decompress(_compressed.Value));
        if (isCompressed && !isKnown) response = response.With("Content-Encoding", "gzip");
        if (name.EndsWith(".html", StringComparison.Ordinal)) response = response.With("Content-Security-Policy", Policy);
        return response.With("ETag", tag).With("Cache-Control", "no-cache").With("Vary", "Accept-Encoding")
            .With("X-Content-Type-Options", "nosniff");
    }

    private static byte[] Read(Assembly assembly, string name)
    {
        using var resource = assembly.GetManifestResourceStream(name)!;
        var bytes = new byte[resource.Length];
        resource.ReadExactly(bytes);
        return bytes;
    }

    // Gzip ends with the checksum and the length of the contents. Weak, because both encodings have the same tag.
    private static string Tag(byte[] compressed) => $"W/\"{Convert.ToHexStringLower(compressed.AsSpan(compressed.Length - 8))}\"";

    private static byte[] Decompress(byte[] compressed)
    {
        using var gzip = new GZipStream(new MemoryStream(compressed), CompressionMode.Decompress);
        using var plain = new MemoryStream();
        gzip.CopyTo(plain);
        return plain.ToArray();
    }

    private static string MediaType(string name) => Path.GetExtension(name) switch
    {
        ".html" => "text/html; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        _ => "image/svg+xml",
    };
}
