using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Packaging;

/// <summary>The version has one source, and everything that shows it agrees.</summary>
[TestClass]
public sealed class VersionTests
{
    [TestMethod]
    public async Task File_header_and_package_agree()
    {
        var file = await PublishedFile.Native;
        await using var asked = ChildProcess.Launch([file, "--version"], new Dictionary<string, string>());
        Assert.AreEqual(0, await asked.WaitForExit());
        var version = asked.Output.Text.Trim();

        using var folder = new TempFolder();
        await using var server = await PublishedServer.Start([file], folder.File("database.js"));
        Assert.AreEqual($"nexrender-listener/{version}", (await server.Client.Send("GET", "health")).Header("Server"));
        Assert.AreEqual(version, Package.VersionOf(await Package.File));
    }
}
