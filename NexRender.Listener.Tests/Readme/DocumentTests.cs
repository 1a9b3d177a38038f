using System.Text.RegularExpressions;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Readme;

/// <summary>The documents beside the code name what exists.</summary>
[TestClass]
public sealed class DocumentTests
{
    [TestMethod]
    public void Every_link_leads_to_a_file()
    {
        var broken = from document in MarkdownFile.All
                     from link in document.Links
                     where !File.Exists(Path.Combine(document.Folder, link))
                     select $"{document.FullPath}: {link}";
        // In the package there are no files beside the readme.
        Assert.IsEmpty(MarkdownFile.Package.Links);
        Assert.IsEmpty(broken);
    }

    [TestMethod]
    public void Every_type_that_the_map_names_exists()
    {
        var names = MarkdownFile.Quoted(new MarkdownFile("NexRender.Listener", "README.md").Text)
            .Where(text => Regex.IsMatch(text, "^I?[A-Z][a-z]+([A-Z][a-z]+)+$")).Except(["HttpListener"]).ToList();
        var types = typeof(NexRenderServer).Assembly.GetTypes().Select(type => type.Name).Append(nameof(Program)).ToHashSet();
        Assert.IsNotEmpty(names);
        Assert.IsEmpty(names.Where(name => !types.Contains(name)));
    }

    [TestMethod]
    public void Every_status_that_the_server_sends_stands_in_the_wire_reference()
    {
        var reference = new MarkdownFile("NexRender.Listener", "Api", "README.md").Text;
        var sources = new[] { "Api", "Http" }
            .Select(folder => Repository.Path("NexRender.Listener", folder))
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories))
            .Select(File.ReadAllText);
        // ApiResponse.Text(404, …), new HttpStatusException(400, …), a tuple (415, "…"), an arm of a switch => 409.
        var statuses = sources.SelectMany(source => Regex.Matches(source, """(?:\(|=> )([45]\d\d)(?:, [$"A-Za-z]|,\n)"""))
            .Select(match => match.Groups[1].Value).Distinct().ToList();
        CollectionAssert.Contains(statuses, "507");
        CollectionAssert.Contains(statuses, "414");
        foreach (var status in statuses) Assert.MatchesRegex($@"(?m)(^\| |^- |[ .]){status}\b", reference);
    }

    [TestMethod]
    public void The_options_of_the_package_are_those_of_the_library()
    {
        var there = typeof(ListenerOptions).GetProperties().Select(property => property.Name).ToList();
        CollectionAssert.AreEquivalent(there, MarkdownFile.Package.Rows.Select(row => MarkdownFile.Quoted(row[0]).First()).ToList());
    }
}
