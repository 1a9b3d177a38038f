using System.Net.Sockets;
using System.Text;

namespace NexRender.Listener.Tests.Support;

/// <summary>
/// An HTTP client that sends paths unchanged; one that does not begin with a slash is below /api/v1.
/// </summary>
internal sealed class TestClient : IDisposable
{
    private readonly HttpClient _http;
    private readonly string _host;
    private readonly int _port;

    public TestClient(int port, string host = "127.0.0.1")
    {
        _host = host;
        _port = port;
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false };
        _http = new HttpClient(handler) { Timeout = TimeSpan.FromSeconds(30) };
    }

    public static (string Name, string Value) JsonContent => ("Content-Type", "application/json");

    public Task<Answer> Json(string method, string path, string json, params (string Name, string Value)[] headers) =>
        Send(method, path, Encoding.UTF8.GetBytes(json), [JsonContent, .. headers]);

    public async Task<Answer> Send(string method, string path, byte[]? body = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), Address(path));
        if (body is not null) request.Content = new ByteArrayContent(body);
        foreach (var (name, value) in headers) Add(request, name, value);
        using var response = await SendRequest(request);
        var answered = response.Headers.Concat(response.Content.Headers)
            .ToDictionary(h => h.Key, h => string.Join(',', h.Value), StringComparer.OrdinalIgnoreCase);
        return new Answer((int)response.StatusCode, answered, await response.Content.ReadAsByteArrayAsync());
    }

    public void Dispose() => _http.Dispose();

    // The framework does not wrap the error if the server is killed between the connection and the request.
    private async Task<HttpResponseMessage> SendRequest(HttpRequestMessage request)
    {
        try
        {
            return await _http.SendAsync(request);
        }
        catch (SocketException e)
        {
            throw new HttpRequestException(e.Message, e);
        }
    }

    private static void Add(HttpRequestMessage request, string name, string value)
    {
        if (request.Headers.TryAddWithoutValidation(name, value)) return;
        request.Content ??= new ByteArrayContent([]);
        Assert.IsTrue(request.Content.Headers.TryAddWithoutValidation(name, value), $"The header {name} could not be set.");
    }

    private Uri Address(string path)
    {
        var target = path.StartsWith('/') ? path : "/api/v1/" + path;
        var options = new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true };
        Assert.IsTrue(Uri.TryCreate($"http://{_host}:{_port}{target}", options, out var uri), $"{target} is no path.");
        return uri;
    }
}
