using System.Text.Json;
using System.Text.RegularExpressions;
using NexRender.Listener.Api.Query;
using NexRender.Listener.Farm.Events;
using NexRender.Listener.Farm.Workers;
using NexRender.Listener.Jobs.Feed;
using NexRender.Listener.Tests.Architecture;
using NexRender.Listener.Tests.Readme;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.OpenApi;

/// <summary>The description of the routes, beside the code.</summary>
[TestClass]
public sealed class DescriptionTests
{
    [TestMethod]
    public async Task It_is_served_without_the_secret_and_with_the_version_of_the_product()
    {
        await using var server = await TestServer.Start(new ListenerOptions { Secret = "s3cret" });
        var answer = (await server.Get("openapi.json")).Expect(200);
        Assert.AreEqual("application/json; charset=utf-8", answer.Header("Content-Type"));
        Assert.AreEqual(Product.Version, answer.Json.GetProperty("info").GetProperty("version").GetString());
        Assert.AreEqual(1, Regex.Count(Source, Regex.Escape("{version}")));
        var tag = answer.Header("ETag")!;
        Assert.AreEqual("", (await server.Get("openapi.json", ("If-None-Match", tag))).Expect(304).Text);
        await server.Restart();
        Assert.AreEqual(tag, (await server.Get("openapi.json")).Expect(200).Header("ETag"));
        (await server.Get("openapi.json", ("If-None-Match", "W/\"other\""))).Expect(200);
    }

    [TestMethod]
    public void Its_routes_are_those_that_there_are()
    {
        var described = Operations.Select(operation => $"{operation.Method} {operation.Path}");
        var there = RouteTable.Api.Select(route => Regex.Replace(route, ":([a-z]+)", "{$1}"));
        AssertSame(there, described);
    }

    [TestMethod]
    public async Task Its_routes_without_the_secret_are_those_that_need_none()
    {
        await using var server = await TestServer.Start(new ListenerOptions { Secret = "s3cret" });
        foreach (var (method, path, operation) in Operations)
        {
            var answer = method is "POST" or "PUT"
                ? await server.Client.Json(method, path[1..], "{}")
                : await server.Send(method, path[1..]);
            var isOpen = operation.TryGetProperty("security", out var security) && security.GetArrayLength() == 0;
            Assert.AreEqual(isOpen, answer.Status != 403, $"{method} {path}: {answer.Status} {answer.Text}");
        }
    }

    [TestMethod]
    [DataRow("GET", "jobs", "minimum", "minimal")]
    [DataRow("GET", "jobs/status", "minimum", "minimal")]
    [DataRow("GET", "jobs/{uid}/status", "positions", "position")]
    [DataRow("PATCH", "jobs/cancel", "none", null)]
    [DataRow("PATCH", "jobs/retry", "none", null)]
    [DataRow("PATCH", "jobs/pause", "none", null)]
    [DataRow("PATCH", "jobs/resume", "none", null)]
    [DataRow("DELETE", "jobs", "none", null)]
    public async Task The_parameters_of_a_route_are_those_that_its_refusal_names(string method, string path, string wrong, string? meant)
    {
        await using var server = await TestServer.Start();
        (await server.Post(Some.Job("a"))).Expect(200);
        var refusal = (await server.Send(method, $"{path.Replace("{uid}", "a")}?{wrong}=true")).Expect(400, meant ?? wrong).Text;
        var known = refusal[(refusal.IndexOf("nown: ", StringComparison.Ordinal) + 6)..].Split(", ");
        var operation = Operations.Single(operation => operation.Method == method && operation.Path == $"/{path}").Operation;
        AssertSame(known, ParametersOf(operation, "query"));
    }

    [TestMethod]
    public void Its_parameters_and_headers_are_those_that_the_code_reads()
    {
        var query = typeof(QueryNames).GetFields().Where(field => field.IsLiteral).Select(field => (string)field.GetRawConstantValue()!)
            .Concat(InSources("""(?<!Route)(?<!Match\.)\bValues?\("([^"]+)"\)"""))
            .Concat(InSources("""\bIsSet\(request, "([^"]+)"\)"""));
        AssertSame(query, Operations.SelectMany(operation => ParametersOf(operation.Operation, "query")));
        var headers = InSources("""Header\("([^"]+)"\)""").Concat(InSources("""const string Header = "([^"]+)";"""));
        AssertSame(
            headers.Select(name => name.ToLowerInvariant()),
            Operations.SelectMany(operation => ParametersOf(operation.Operation, "header")).Select(name => name.ToLowerInvariant()));
    }

    [TestMethod]
    public void Its_events_are_those_that_there_are()
    {
        var content = Operations.Single(operation => operation.Path == "/events").Operation
            .GetProperty("responses").GetProperty("200").GetProperty("content").GetProperty("text/event-stream");
        var sources = SourceFile.All("NexRender.Listener").Where(file => file.Room == "Farm").Select(file => file.Text);
        var names = sources.SelectMany(text => Regex.Matches(text, "\"((job|worker|queue)\\.[a-z]+)\""))
            .Select(match => match.Groups[1].Value)
            .Concat(Enum.GetValues<WorkerState>().Select(state => $"worker.{WorkerJson.StateName(state)}"))
            .Concat(["hello", "reset"]);
        AssertSame(names, content.GetProperty("x-events").EnumerateObject().Select(member => member.Name));
        var kinds = Schemas.GetProperty("Change").GetProperty("properties").GetProperty("kind").GetProperty("enum");
        AssertSame(Enum.GetValues<ChangeKind>().Select(EventNames.KindOf), kinds.EnumerateArray().Select(kind => kind.GetString()!));
    }

    [TestMethod]
    public void The_statuses_of_all_routes_are_those_of_the_wire_reference()
    {
        var reference = new MarkdownFile("NexRender.Listener", "Api", "README.md").Section("Statuses that any route may answer");
        // The last table is that of changes, each of which has its own statuses.
        var tables = reference[..reference.IndexOf("Every change may also answer", StringComparison.Ordinal)];
        var statuses = Regex.Matches(tables, @"(?m)^\| ([45]\d\d) \|").Select(match => match.Groups[1].Value);
        var described = Document.GetProperty("components").GetProperty("responses").GetProperty("Error").GetProperty("x-statuses");
        AssertSame(statuses, described.EnumerateObject().Select(member => member.Name));
    }

    private static string Source { get; } = File.ReadAllText(Repository.Path("NexRender.Listener", "Api", "OpenApi", "openapi.json"));

    private static JsonElement Document { get; } = JsonDocument.Parse(Source).RootElement;

    private static JsonElement Schemas => Document.GetProperty("components").GetProperty("schemas");

    private static List<(string Method, string Path, JsonElement Operation)> Operations { get; } =
    [
        .. from path in Document.GetProperty("paths").EnumerateObject()
           from operation in path.Value.EnumerateObject()
           where operation.Name != "parameters"
           select (operation.Name.ToUpperInvariant(), path.Name, operation.Value),
    ];

    private static IEnumerable<string> ParametersOf(JsonElement operation, string place)
    {
        if (!operation.TryGetProperty("parameters", out var parameters)) return [];
        return from parameter in parameters.EnumerateArray()
               let found = parameter.TryGetProperty("$ref", out var reference) ? Follow(reference.GetString()!) : parameter
               where found.GetProperty("in").GetString() == place
               select found.GetProperty("name").GetString()!;
    }

    private static JsonElement Follow(string reference) =>
        reference.Split('/').Skip(1).Aggregate(Document, (node, name) => node.GetProperty(name));

    private static IEnumerable<string> InSources(string pattern) =>
        from file in SourceFile.All("NexRender.Listener")
        where file.Room == "Api" && file.Folder != "Api/Page"
        from match in Regex.Matches(file.Text, pattern)
        select match.Groups[1].Value;

    private static void AssertSame(IEnumerable<string> expected, IEnumerable<string> actual) => Assert.AreEqual(
        string.Join('\n', expected.Distinct().Order(StringComparer.Ordinal)),
        string.Join('\n', actual.Distinct().Order(StringComparer.Ordinal)));
}
