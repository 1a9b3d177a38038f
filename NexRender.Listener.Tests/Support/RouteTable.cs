using System.Text.RegularExpressions;

namespace NexRender.Listener.Tests.Support;

/// <summary>The route table as the source has it.</summary>
internal static class RouteTable
{
    /// <summary>All routes, such as <c>GET /jobs/:uid</c>.</summary>
    public static List<string> All { get; } = Read(_ => true);

    /// <summary>The routes below <c>/api/v1</c>: all but those of the page.</summary>
    public static List<string> Api { get; } = Read(line => !line.Contains("Root = \"\"", StringComparison.Ordinal));

    private static List<string> Read(Func<string, bool> isWanted)
    {
        var lines = File.ReadAllLines(Repository.Path("NexRender.Listener", "Api", "Routes.cs")).Where(isWanted);
        return [.. lines.Select(line => Regex.Match(line, """new\("([A-Z]+)", "(/[^"]*)",""")).Where(match => match.Success)
            .Select(match => $"{match.Groups[1]} {match.Groups[2]}")];
    }
}
