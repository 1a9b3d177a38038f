using System.Text.RegularExpressions;

namespace NexRender.Listener.Tests.Support;

/// <summary>The route table as the source has it.</summary>
internal static class RouteTable
{
    /// <summary>All routes, such as <c>GET /jobs/:uid</c>.</summary>
    public static List<string> All { get; } = Read();

    private static List<string> Read()
    {
        var source = File.ReadAllText(Repository.Path("NexRender.Listener", "Api", "Routes.cs"));
        return [.. Regex.Matches(source, """new\("([A-Z]+)", "(/[^"]+)",""").Select(match => $"{match.Groups[1]} {match.Groups[2]}")];
    }
}
