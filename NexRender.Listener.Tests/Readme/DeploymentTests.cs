using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;
using NexRender.Listener.Http.Gate;
using NexRender.Listener.Storage;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Readme;

/// <summary>The files for services and containers.</summary>
[TestClass]
public sealed class DeploymentTests
{
    public static string File(string name) => Repository.Path("NexRender.Listener", "Deployment", name);

    public static string Read(string name) => System.IO.File.ReadAllText(File(name));

    [TestMethod]
    public void The_table_lists_all_of_them()
    {
        var readme = new MarkdownFile("NexRender.Listener", "Deployment", "README.md");
        var there = Directory.GetFiles(readme.Folder).Select(Path.GetFileName).Except(["README.md"]).ToList();
        var told = readme.Text.Split('\n').Where(line => line.StartsWith("| [", StringComparison.Ordinal))
            .SelectMany(line => Regex.Matches(line, @"\]\(([^)]+)\)")).Select(match => match.Groups[1].Value).ToList();
        CollectionAssert.AreEquivalent(there, told);
    }

    [TestMethod]
    [DataRow("nexrender-listener.service")]
    [DataRow("nexrender-listener.plist")]
    [DataRow("install-windows.ps1")]
    [DataRow("Dockerfile")]
    public void Their_options_are_those_of_the_server(string name)
    {
        var help = new StringWriter();
        CommandLine.Parse(["--help"], _ => null, help, TextWriter.Null, out _);
        // The comments of the Dockerfile show other commands.
        var lines = Read(name).Split('\n').Where(line => !line.StartsWith('#'));
        var options = lines.SelectMany(line => Regex.Matches(line, """(?<=[\s">])--[a-z][a-z-]*""")).Select(match => match.Value).ToList();
        Assert.IsNotEmpty(options);
        foreach (var option in options) Assert.Contains(option + " ", help.ToString());
    }

    [TestMethod]
    public async Task The_unit_passes_the_check_of_systemd()
    {
        if (!System.IO.File.Exists("/usr/bin/systemd-analyze")) Assert.Inconclusive("This test needs systemd-analyze.");
        using var folder = new TempFolder();
        // The check wants the program to be there.
        var unit = Read("nexrender-listener.service").Replace("/usr/local/bin/nexrender-listener", "/bin/true");
        var path = folder.Write("nexrender-listener.service", unit);
        await using var check = ChildProcess.Launch(["systemd-analyze", "verify", "--man=no", path], ChildProcess.Inherited());
        Assert.AreEqual(0, await check.WaitForExit(), check.Errors.Text);
        Assert.DoesNotContain("nexrender-listener.service", check.Errors.Text);
    }

    [TestMethod]
    public void The_open_files_of_the_unit_are_enough_for_ten_thousand_held_pickups()
    {
        var files = long.Parse(Regex.Match(Read("nexrender-listener.service"), "(?m)^LimitNOFILE=([0-9]+)$").Groups[1].Value);
        var limits = new ConnectionLimits(new GateLimits(), files);
        Assert.IsGreaterThan(10_000, limits.PerAddress);
        // Half of the inner connections stay free for other requests.
        Assert.IsGreaterThan(10_000, limits.Inner / 2);
    }

    [TestMethod]
    public void The_property_list_is_one()
    {
        // The address of its document type is not fetched.
        var settings = new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore, XmlResolver = null };
        using var reader = XmlReader.Create(new StringReader(Read("nexrender-listener.plist")), settings);
        var list = XDocument.Load(reader).Root!.Element("dict")!;
        Assert.AreEqual("nexrender-listener", list.Element("string")!.Value);
        Assert.AreEqual(list.Elements("key").Count() * 2, list.Elements().Count());
    }

    [TestMethod]
    public void The_image_holds_the_executable_that_is_published()
    {
        var steps = Read("Dockerfile").Split('\n').Where(line => line.Length > 0 && line[0] != '#').ToList();
        Assert.AreEqual("FROM scratch", steps[0]);
        var copy = steps.Single(step => step.StartsWith("COPY ", StringComparison.Ordinal));
        Assert.AreEqual("COPY dist/nexrender-listener /nexrender-listener", copy);
        Assert.Contains("dist/nexrender-listener", System.IO.File.ReadAllText(Repository.Path("build.sh")));
        var entry = steps.Single(step => step.StartsWith("ENTRYPOINT ", StringComparison.Ordinal))["ENTRYPOINT ".Length..];
        var command = System.Text.Json.JsonSerializer.Deserialize<string[]>(entry)!;
        Assert.AreEqual("/nexrender-listener", command[0]);
        var read = CommandLine.Parse(command[1..], _ => null, TextWriter.Null, TextWriter.Null, out _);
        Assert.AreEqual("/data/database.js", read!.Options.Database);
        CollectionAssert.Contains(steps, "VOLUME /data");
    }
}
