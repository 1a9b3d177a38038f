using System.Text;
using NexRender.Listener.Api.Content;
using NexRender.Listener.Jobs;
using NexRender.Listener.Json;

namespace NexRender.Listener.Api;

/// <summary>The response to a request: a status, headers and a body.</summary>
internal sealed class ApiResponse
{
    private const string JsonType = "application/json; charset=utf-8";
    private const string TextType = "text/plain; charset=utf-8";

    private ApiResponse(int status, string? contentType, ResponseContent content) =>
        (Status, ContentType, Content) = (status, contentType, content);

    public int Status { get; }

    /// <summary>The media type of the body; <c>null</c> for a response without one.</summary>
    public string? ContentType { get; }

    public ResponseContent Content { get; }

    /// <summary>Headers in addition to those that every response has.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; private init; } = [];

    public static ApiResponse Json(JsonBytes body) =>
        new(200, JsonType, body.Large is { } large ? new LargeContent(large) : new FixedContent(body.ToArray()));

    public static ApiResponse JsonArray(IReadOnlyList<byte[]> items) => JsonArray(items.Count, index => items[index]);

    public static ApiResponse JsonArray(IReadOnlyList<JsonBytes> items) => JsonArray(items.Count, index => items[index]);

    /// <summary>A JSON array that is written item by item.</summary>
    /// <param name="count">The number of items.</param>
    /// <param name="item">Returns an item; called more than once for each, and always with the same result.</param>
    public static ApiResponse JsonArray(int count, Func<int, JsonBytes> item) => new(200, JsonType, new ListContent(count, item));

    /// <summary>The database file, written job by job.</summary>
    /// <param name="jobs">The jobs as JSON, in their order.</param>
    public static ApiResponse DatabaseFile(IReadOnlyList<Job> jobs) =>
        new ApiResponse(200, JsonType, new ListContent(jobs.Count, index => jobs[index].Json, isFile: true))
            .With("Content-Disposition", "attachment; filename=\"database.js\"");

    public static ApiResponse Text(int status, string text) => new(status, TextType, new FixedContent(Encoding.UTF8.GetBytes(text)));

    /// <summary>A response without a body, such as 304.</summary>
    public static ApiResponse Empty(int status) => new(status, null, FixedContent.Empty);

    /// <summary>A body of any media type.</summary>
    public static ApiResponse Bytes(string contentType, byte[] body) => new(200, contentType, new FixedContent(body));

    /// <summary>A body that is written as it is made.</summary>
    public static ApiResponse Stream(string contentType, StreamedContent content) => new(200, contentType, content);

    /// <summary>The response of another server.</summary>
    public static ApiResponse Relayed(
        int status, string? contentType, ResponseContent content, IReadOnlyList<KeyValuePair<string, string>> headers) =>
        new(status, contentType, content) { Headers = headers };

    /// <summary>The response to the preflight request of a browser.</summary>
    public static ApiResponse Preflight() => Text(200, "ok")
        .With("Access-Control-Allow-Methods", "POST,GET,PUT,PATCH,DELETE,OPTIONS")
        .With(
            "Access-Control-Allow-Headers",
            "X-Requested-With,Access-Control-Allow-Origin,X-HTTP-Method-Override,Content-Type,Authorization,Accept,"
            + "nexrender-secret,nexrender-name,Idempotency-Key")
        .With("Access-Control-Max-Age", "86400");

    /// <param name="allowed">The methods that the path has, separated by commas.</param>
    public static ApiResponse MethodNotAllowed(string allowed) =>
        Text(405, $"method not allowed here; allowed: {allowed}").With("Allow", allowed);

    public static ApiResponse Refused(Refusal refusal) => Text(
        refusal.Kind switch
        {
            RefusalKind.NotFound => 404,
            RefusalKind.Conflict => 409,
            RefusalKind.Unavailable => 503,
            RefusalKind.DiskFull => 507,
            _ => 400,
        },
        refusal.Message);

    /// <summary>Returns the response with one more header.</summary>
    public ApiResponse With(string name, string value) =>
        new(Status, ContentType, Content) { Headers = [.. Headers, KeyValuePair.Create(name, value)] };
}
