using System.IO.Compression;
using NexRender.Listener.Jobs;
using NexRender.Listener.Tests.Readme;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Packaging;

/// <summary>The package as another program uses it, by the example of its readme.</summary>
[TestClass]
public sealed class PackageTests
{
    [TestMethod]
    public async Task It_holds_the_library_its_documentation_and_the_README()
    {
        using var package = ZipFile.OpenRead(await Package.File);
        var names = package.Entries.Select(entry => entry.FullName).ToList();
        const string library = "lib/net10.0/NexRender.Listener";
        foreach (var name in new[] { "NexRender.Listener.nuspec", "README.md", $"{library}.dll", $"{library}.xml" })
            CollectionAssert.Contains(names, name);
        using var readme = new StreamReader(package.GetEntry("README.md")!.Open());
        Assert.AreEqual(MarkdownFile.Package.Text, await readme.ReadToEndAsync());
    }

    [TestMethod]
    public Task A_program_that_listens_answers() => Answers(MarkdownFile.Package.Block("snippet: listen"));

    [TestMethod]
    public Task The_program_of_the_README_answers() => Answers(MarkdownFile.Readme.Block("snippet: listen"));

    [TestMethod]
    public Task A_program_with_a_listener_of_its_own_answers() => Answers(MarkdownFile.Package.Block("snippet: handler"));

    private static async Task Answers(string source)
    {
        var port = Ports.Free();
        using var consumer = await Consumer.Build(source.Replace("3000", $"{port}"));
        await using var program = consumer.Run();
        using var client = new TestClient(port, "localhost");
        await Eventually.True(() => IsUp(client, program), "the program answers");
        (await client.Json("POST", "jobs", Some.Job())).Expect(403);
        (await client.Json("POST", "jobs", Some.Job("one"), ("nexrender-secret", "s3cret"))).Expect(200);
        Assert.IsTrue(File.Exists(Path.Combine(consumer.Folder, "jobs", "database.js")));
    }

    private static async Task<bool> IsUp(TestClient client, ChildProcess program)
    {
        Assert.IsFalse(program.HasExited, program.Errors.Text + program.Output.Text);
        try
        {
            return (await client.Send("GET", "health")).Status == 200;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
