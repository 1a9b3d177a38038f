using System.Reflection;

namespace NexRender.Listener.Api.Page;

/// <summary>The web page and the files that belong to it, out of the executable.</summary>
internal sealed class PageApi
{
    /// <summary>The beginning of the names of the resources, as the project file sets it.</summary>
    private const string Prefix = "Page/";

    private readonly Dictionary<string, PageFile> _files = new(StringComparer.Ordinal);

    public PageApi()
    {
        var assembly = Assembly.GetExecutingAssembly();
        foreach (var name in assembly.GetManifestResourceNames())
        {
            if (name.StartsWith(Prefix, StringComparison.Ordinal)) _files.Add(name[Prefix.Length..], new PageFile(assembly, name));
        }
    }

    /// <summary>The names of the files, as they follow <c>/page/</c> in the address.</summary>
    public IEnumerable<string> Names => _files.Keys;

    public ValueTask<ApiResponse> IndexAsync(ApiRequest request) => new(Respond("index.html", request));

    public ValueTask<ApiResponse> FileAsync(ApiRequest request) => new(Respond(request.RouteValue("file"), request));

    public ValueTask<ApiResponse> NestedFileAsync(ApiRequest request) =>
        new(Respond($"{request.RouteValue("folder")}/{request.RouteValue("file")}", request));

    private ApiResponse Respond(string name, ApiRequest request) =>
        _files.TryGetValue(name, out var file) ? file.Respond(request) : ApiResponse.Text(404, $"the page has no file {name}");
}
