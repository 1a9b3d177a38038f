using System.Text.RegularExpressions;
using NexRender.Listener.Api;
using NexRender.Listener.Tests.Packaging;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Readme;

/// <summary>The README does what it says.</summary>
[TestClass]
public sealed class ReadmeTests
{
    private static MarkdownFile Readme => MarkdownFile.Readme;

    [TestMethod]
    public void It_has_at_most_150_lines() => Assert.IsLessThanOrEqualTo(150, Readme.Text.Split('\n').Length - 1);

    [TestMethod]
    public async Task Every_line_of_the_session_runs()
    {
        if (OperatingSystem.IsWindows()) Assert.Inconclusive("The session is for a Unix shell.");
        await using var server = await TestServer.Start(new ListenerOptions { Secret = "s3cret" });
        // A refusal by the server fails the line too, and each answer has a line of its own.
        const string strict = "set -euo pipefail; curl() { command curl --fail-with-body \"$@\"; echo; }\n";
        var block = Readme.Block("session");
        var session = strict + block.Replace("localhost:3000", $"127.0.0.1:{server.Port}");
        var said = await Repository.Run(["bash", "-c", session], Repository.Root);

        string[] answers =
        [
            "^ok$", "\"state\":\"queued\"", "^\\[\\{\"uid\":\"intro\"", "\"state\":\"picked\".*\"executor\":\"mac-07\"",
            "\"state\":\"render:dorender\"", "\"renderProgress\":40", "\"state\":\"finished\"", "^\\{\"id\":\"intro\",\"removed\":true\\}$",
        ];
        var lines = said.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.HasCount(answers.Length, lines, said);
        for (var i = 0; i < answers.Length; i++) Assert.MatchesRegex(answers[i], lines[i]);
        // The responses that it shows are those that come, but for what is left out.
        var shown = block.Split('\n').Where(line => line.StartsWith("#> ", StringComparison.Ordinal)).Select(line => line[3..]).ToList();
        Assert.HasCount(answers.Length, shown);
        for (var i = 0; i < answers.Length; i++) Assert.MatchesRegex($"^{Regex.Escape(shown[i]).Replace("…", ".*")}$", lines[i]);
    }

    [TestMethod]
    public void Its_routes_are_those_that_there_are()
    {
        var told = Readme.Rows.SelectMany(row => MarkdownFile.Quoted(row[0])).Where(text => Regex.IsMatch(text, "^[A-Z]+ /")).ToList();
        Assert.IsNotEmpty(RouteTable.All);
        CollectionAssert.AreEquivalent(RouteTable.All, told);
    }

    [TestMethod]
    public void The_routes_of_the_wire_reference_are_those_that_there_are()
    {
        var reference = new MarkdownFile("NexRender.Listener", "Api", "README.md");
        var told = Regex.Matches(reference.Text, "^### `([A-Z]+ /[^`]*)`$", RegexOptions.Multiline)
            .Select(match => match.Groups[1].Value).ToList();
        CollectionAssert.AreEquivalent(RouteTable.All, told);
    }

    [TestMethod]
    public void The_wire_reference_has_a_command_for_every_route()
    {
        var reference = new MarkdownFile("NexRender.Listener", "Api", "README.md").Text;
        foreach (var route in RouteTable.Api)
        {
            var (method, path) = route.Split(' ') switch { var parts => (parts[0], parts[1]) };
            var heading = Regex.Escape($"### `{route}`\n");
            var section = Regex.Match(reference, $@"(?ms)^{heading}(.*?)(?=^###? |\z)").Groups[1].Value;
            var url = Regex.Replace(Regex.Escape($"$url{path}"), ":[a-z]+", "[^/?\"\\s]+");
            var commands = Regex.Matches(section, "curl[^\n`]*").Select(match => match.Value)
                .Where(command => Regex.IsMatch(command, $@"{url}(?=[?""\s]|$)"));
            Assert.IsTrue(commands.Any(command => MethodOf(command) == method), $"{route} has no command: {section}");
        }
    }

    [TestMethod]
    public void Its_options_and_variables_are_those_of_the_help()
    {
        var help = new StringWriter();
        CommandLine.Parse(["--help"], _ => null, help, TextWriter.Null, out _);
        var there = Regex.Matches(help.ToString(), "^  (-.*?)  ", RegexOptions.Multiline)
            .Select(match => match.Groups[1].Value.Replace("<", "").Replace(">", "")).ToList();
        var rows = Readme.Rows.Where(row => row[0].StartsWith("`-", StringComparison.Ordinal)).ToList();
        Assert.IsNotEmpty(there);
        var told = rows.SelectMany(row => row[0].Split(" / ")).Select(option => string.Join(", ", MarkdownFile.Quoted(option))).ToList();
        CollectionAssert.AreEquivalent(there, told);

        var variables = Regex.Matches(help.ToString(), "NEXRENDER_[A-Z_]+").Select(match => match.Value).ToList();
        CollectionAssert.AreEquivalent(variables, rows.SelectMany(row => MarkdownFile.Quoted(row[1])).ToList());
    }

    [TestMethod]
    public void Its_folders_are_those_that_there_are()
    {
        var there = Folders().Concat(["NexRender.Listener/", "NexRender.Listener.Tests/"]).ToList();
        var told = MarkdownFile.Quoted(Readme.Section("Folders")).Where(text => text.EndsWith('/')).ToList();
        CollectionAssert.AreEquivalent(there, told);
    }

    [TestMethod]
    public void The_folders_of_the_map_are_those_that_there_are()
    {
        var there = Below(Folders()).Append("./").ToList();
        var told = new MarkdownFile("NexRender.Listener", "README.md").Rows.Select(row => MarkdownFile.Quoted(row[0]).First()).ToList();
        CollectionAssert.AreEquivalent(there, told);
    }

    [TestMethod]
    public void Its_figures_of_speed_are_those_of_the_benchmark()
    {
        var results = new MarkdownFile("NexRender.Listener.Tests", "Bench", "RESULTS.md").Text;
        var rows = Readme.Section("Speed").Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal)).Skip(2);
        var figures = rows.SelectMany(row => Regex.Matches(row[(row.IndexOf('|', 1) + 1)..], @"[\d,.]*\d[\d,.]* ?(ms|MB)?"))
            .Select(match => match.Value.Trim());
        Assert.IsNotEmpty(figures);
        foreach (var figure in figures) Assert.Contains($" {figure} ", results.Replace('(', ' ').Replace(')', ' '));
    }

    // With a body it is a POST, unless it says otherwise.
    private static string MethodOf(string command) =>
        Regex.Match(command, "-X ([A-Z]+)") is { Success: true } method ? method.Groups[1].Value
        : command.Contains(" -d ", StringComparison.Ordinal) ? "POST" : "GET";

    private static IEnumerable<string> Below(IEnumerable<string> folders) =>
        folders.SelectMany(folder => Below(Folders(folder)).Prepend(folder));

    private static IEnumerable<string> Folders(string parent = "") =>
        from folder in Directory.GetDirectories(Repository.Path("NexRender.Listener", parent))
        let name = Path.GetFileName(folder)
        where name is not ("bin" or "obj")
        select $"{parent}{name}/";
}
