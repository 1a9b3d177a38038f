using System.Text.RegularExpressions;
using NexRender.Listener.Api;
using NexRender.Listener.Tests.Packaging;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Readme;

/// <summary>What the README says is tried, so that it stays true.</summary>
[TestClass]
public sealed class ReadmeTests
{
    [TestMethod]
    public async Task Every_line_of_the_session_runs()
    {
        if (OperatingSystem.IsWindows()) Assert.Inconclusive("The session is for a Unix shell.");
        await using var server = await TestServer.Start(new ListenerOptions { Secret = "s3cret" });
        // A refusal by the server fails the line too, and each answer has a line of its own.
        const string strict = "set -euo pipefail; curl() { command curl --fail-with-body \"$@\"; echo; }\n";
        var session = strict + ReadmeFile.Block("session").Replace("localhost:3000", $"127.0.0.1:{server.Port}");
        var said = await Repository.Run(["bash", "-c", session], Repository.Root);

        string[] answers =
        [
            "^ok$", "\"state\":\"queued\"", "^\\[\\{\"uid\":\"intro\"", "\"state\":\"picked\".*\"executor\":\"mac-07\"",
            "\"state\":\"render:dorender\"", "\"renderProgress\":40", "\"state\":\"finished\"", "^\\{\"id\":\"intro\",\"removed\":true\\}$",
        ];
        var lines = said.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.HasCount(answers.Length, lines, said);
        for (var i = 0; i < answers.Length; i++) Assert.MatchesRegex(answers[i], lines[i]);
    }

    [TestMethod]
    public void Its_routes_are_those_that_there_are()
    {
        var source = File.ReadAllText(Repository.Path("NexRender.Listener", "Api", "Routes.cs"));
        var there = Regex.Matches(source, """new\("([A-Z]+)", "(/[^"]+)",""").Select(match => $"{match.Groups[1]} {match.Groups[2]}").ToList();
        var told = ReadmeFile.Rows.Select(row => ReadmeFile.Quoted(row[0]).First()).Where(text => Regex.IsMatch(text, "^[A-Z]+ /")).ToList();
        Assert.IsNotEmpty(there);
        CollectionAssert.AreEquivalent(there, told);
    }

    [TestMethod]
    public void Its_options_and_variables_are_those_of_the_help()
    {
        var help = new StringWriter();
        CommandLine.Parse(["--help"], _ => null, help, TextWriter.Null, out _);
        var there = Regex.Matches(help.ToString(), "^  (-.*?)  ", RegexOptions.Multiline)
            .Select(match => match.Groups[1].Value.Replace("<", "").Replace(">", "")).ToList();
        var rows = ReadmeFile.Rows.Where(row => row[0].StartsWith("`-", StringComparison.Ordinal)).ToList();
        Assert.IsNotEmpty(there);
        CollectionAssert.AreEquivalent(there, rows.Select(row => string.Join(", ", ReadmeFile.Quoted(row[0]))).ToList());

        var variables = Regex.Matches(help.ToString(), "NEXRENDER_[A-Z_]+").Select(match => match.Value).ToList();
        CollectionAssert.AreEquivalent(variables, rows.SelectMany(row => ReadmeFile.Quoted(row[1])).ToList());
    }

    [TestMethod]
    public void Its_folders_are_those_that_there_are()
    {
        var there = Directory.GetDirectories(Repository.Path("NexRender.Listener"))
            .Select(Path.GetFileName).Except(["bin", "obj"]).Select(name => $"NexRender.Listener/{name}/")
            .Concat(["NexRender.Listener/", "NexRender.Listener.Tests/"]).ToList();
        var told = ReadmeFile.Rows.Select(row => ReadmeFile.Quoted(row[0]).First()).Where(text => text.StartsWith("NexRender", StringComparison.Ordinal));
        CollectionAssert.AreEquivalent(there, told.ToList());
    }

    [TestMethod]
    public async Task The_unit_passes_the_check_of_systemd()
    {
        if (!File.Exists("/usr/bin/systemd-analyze")) Assert.Inconclusive("This test needs systemd-analyze.");
        using var folder = new TempFolder();
        // The check wants the program to be there.
        var unit = ReadmeFile.Block("unit").Replace("/usr/local/bin/nexrender-listener", "/bin/true");
        var path = folder.Write("nexrender-listener.service", unit);
        await using var check = ChildProcess.Launch(["systemd-analyze", "verify", "--man=no", path], ChildProcess.Inherited());
        Assert.AreEqual(0, await check.WaitForExit(), check.Errors.Text);
        Assert.DoesNotContain("nexrender-listener.service", check.Errors.Text);
    }

    [TestMethod]
    public void The_property_list_is_one()
    {
        // Its document type names an address that nobody needs to ask.
        var settings = new System.Xml.XmlReaderSettings { DtdProcessing = System.Xml.DtdProcessing.Ignore, XmlResolver = null };
        using var reader = System.Xml.XmlReader.Create(new StringReader(ReadmeFile.Block("plist")), settings);
        var list = System.Xml.Linq.XDocument.Load(reader).Root!.Element("dict")!;
        Assert.AreEqual("nexrender-listener", list.Element("string")!.Value);
        Assert.AreEqual(list.Elements("key").Count() * 2, list.Elements().Count());
    }
}
