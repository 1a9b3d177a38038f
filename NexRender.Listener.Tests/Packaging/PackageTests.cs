using System.IO.Compression;
using NexRender.Listener.Jobs;
using NexRender.Listener.Tests.Readme;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Packaging;

/// <summary>The package in the hands of another program, which does what the README shows.</summary>
[TestClass]
public sealed class PackageTests
{
    [TestMethod]
    public async Task It_holds_the_library_its_documentation_and_the_README()
    {
        using var package = ZipFile.OpenRead(await Package.File);
        var names = package.Entries.Select(entry => entry.FullName).ToList();
        foreach (var name in new[] { "NexRender.Listener.nuspec", "README.md", "lib/net10.0/NexRender.Listener.dll", "lib/net10.0/NexRender.Listener.xml" })
            CollectionAssert.Contains(names, name);
    }

    [TestMethod]
    public Task A_program_that_listens_answers() => Answers("snippet: listen");

    [TestMethod]
    public Task A_program_with_a_listener_of_its_own_answers() => Answers("snippet: handler");

    private static async Task Answers(string snippet)
    {
        var port = Ports.Free();
        using var consumer = await Consumer.Build(ReadmeFile.Block(snippet).Replace("3000", $"{port}"));
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
