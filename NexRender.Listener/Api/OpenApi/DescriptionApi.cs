using System.Reflection;
using System.Text;
using NexRender.Listener.Api.Query;
using NexRender.Listener.Storage.Files;

namespace NexRender.Listener.Api.OpenApi;

/// <summary>The route of the description of all routes: the file <c>openapi.json</c>, which is embedded in the assembly.</summary>
internal sealed class DescriptionApi
{
    private const string Resource = "openapi.json";
    private const string VersionPlaceholder = "{version}";

    // Read at the first request: most servers never get one.
    private readonly Lazy<byte[]> _description = new(Read);
    private readonly Lazy<string> _tag;

    public DescriptionApi() => _tag = new Lazy<string>(() => $"W/\"{Crc32C.Compute(_description.Value):x8}\"");

    public ValueTask<ApiResponse> GetAsync(ApiRequest request) =>
        new(EntityTag.Respond(request, _tag.Value, () => ApiResponse.Json(_description.Value)));

    private static byte[] Read()
    {
        var assembly = typeof(DescriptionApi).Assembly;
        var version = assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
        using var reader = new StreamReader(assembly.GetManifestResourceStream(Resource)!);
        return Encoding.UTF8.GetBytes(reader.ReadToEnd().Replace(VersionPlaceholder, version, StringComparison.Ordinal));
    }
}
