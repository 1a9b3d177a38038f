using NexRender.Listener.Json;

namespace NexRender.Listener.Farm.Hooks.Sending;

/// <summary>The webhook of a job's own: <c>{url, method, headers, data, custom}</c>, as in nexrender's cloud.</summary>
internal sealed class JobWebhook
{
    private const int MaxHeaders = 32;
    private const int MaxHeaderLength = 4096;
    private const int MaxTotalLength = 8192;

    private static readonly byte[] UrlName = "url"u8.ToArray();
    private static readonly byte[] MethodName = "method"u8.ToArray();
    private static readonly byte[] HeadersName = "headers"u8.ToArray();

    // Set by the server, or part of the framing of a request.
    private static readonly string[] Reserved =
    [
        "host", "content-length", "content-type", "transfer-encoding", "connection", "keep-alive", "proxy-connection", "te", "trailer",
        "upgrade", "expect", "user-agent", "nexrender-signature",
    ];

    private readonly JsonObject _members;

    private JobWebhook(JsonObject members) => _members = members;

    /// <summary>The address as it was given; <c>null</c> if there is none.</summary>
    public string? Url => JsonText.GetString(_members[UrlName]);

    /// <summary>The method, POST by default.</summary>
    public string Method => JsonText.GetString(_members[MethodName])?.ToUpperInvariant() ?? "POST";

    /// <summary>The member <c>data</c>, which is added to the body.</summary>
    public ReadOnlyMemory<byte> Data => _members.Value("data"u8);

    /// <summary>The member <c>custom</c>, which is added to the body.</summary>
    public ReadOnlyMemory<byte> Custom => _members.Value("custom"u8);

    /// <summary>The bytes of the headers.</summary>
    public int Size => _members.Value(HeadersName).Length;

    /// <summary>Reads the member of a job; returns <c>null</c> if it is not an object.</summary>
    public static JobWebhook? Read(ReadOnlyMemory<byte> value) =>
        !value.IsEmpty && value.Span[0] == '{' ? new JobWebhook(JsonObject.ParseOrEmpty(value.ToArray())) : null;

    /// <summary>Returns the reason why the method or a header cannot be sent; <c>null</c> if they can.</summary>
    public string? Check()
    {
        if (Method is not ("POST" or "PUT" or "PATCH")) return "the method is not POST, PUT or PATCH";
        if (_members[HeadersName] is not ([] or [(byte)'{', ..] or [(byte)'n', ..])) return "headers is not an object";
        var headers = JsonObject.ParseOrEmpty(_members.Value(HeadersName)).Members;
        if (headers.Count > MaxHeaders) return $"there are more than {MaxHeaders} headers";
        var length = Headers().Sum(header => header.Name.Length + (header.Value?.Length ?? 0));
        if (length > MaxTotalLength) return $"the headers have more than {MaxTotalLength} characters";
        return Headers().Select(CheckHeader).FirstOrDefault(problem => problem is not null);
    }

    /// <summary>Returns the headers; <c>null</c> as a value that is not a text.</summary>
    public IEnumerable<(string Name, string? Value)> Headers() => JsonObject.ParseOrEmpty(_members.Value(HeadersName)).Members
        .Select(member => (JsonText.Decode(member.Name.Span), JsonText.GetString(member.Value.Span)));

    /// <summary>Returns a copy without <c>data</c> and <c>custom</c>, which may be large, and are in the body already.</summary>
    public JobWebhook WithoutBody() => Read(ToBytes())!;

    /// <summary>Writes method and headers.</summary>
    public byte[] ToBytes()
    {
        var kept = new JsonObject(2);
        if (_members.Has(MethodName)) kept.Set(MethodName, _members.Value(MethodName));
        if (_members.Has(HeadersName)) kept.Set(HeadersName, _members.Value(HeadersName));
        return kept.ToBytes();
    }

    private static string? CheckHeader((string Name, string? Value) header)
    {
        var (name, value) = header;
        if (name.Length is 0 or > 100 || !name.All(c => char.IsAsciiLetterOrDigit(c) || "!#$%&'*+-.^_`|~".Contains(c)))
            return "the name of a header is not valid";
        if (Reserved.Contains(name.ToLowerInvariant())) return $"the header {name} is set by the server";
        if (value is null || value.Length > MaxHeaderLength || !value.All(c => c is >= ' ' and <= '~'))
            return $"the value of the header {name} is not printable ASCII";
        return null;
    }
}
