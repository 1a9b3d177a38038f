using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Packaging;

/// <summary>The portable file on the oldest supported system.</summary>
[TestClass]
public sealed class PortableFileTests
{
    [TestMethod]
    public async Task It_is_one_file_and_not_too_large()
    {
        var file = new FileInfo(await PublishedFile.Portable);
        Assert.IsLessThanOrEqualTo(33_000_000, file.Length);
        Assert.HasCount(1, file.Directory!.GetFileSystemInfos());
    }

    [TestMethod]
    public async Task Debian_11_as_it_is_installed_is_enough()
    {
        var file = await PublishedFile.Portable;
        using var debian = await Debian.Bullseye();
        debian.Install(file);
        await using var server = await PublishedServer.Start([.. debian.Inside, "/nexrender-listener"], "/data/database.js");
        await server.Submit();
        await server.Stop();
    }

    [TestMethod]
    public async Task Without_random_numbers_the_start_fails_with_the_reason()
    {
        var file = await PublishedFile.Portable;
        using var debian = await Debian.Bullseye();
        debian.Install(file);
        debian.Remove("dev/urandom");
        await using var server = ChildProcess.Launch(
            [.. debian.Inside, "/nexrender-listener", $"--port={Ports.Free()}", "--database=/data/database.js"],
            new Dictionary<string, string>());
        Assert.AreEqual(1, await server.WaitForExit());
        Assert.Contains("/dev/urandom", server.Errors.Text);
        Assert.HasCount(1, server.Errors.Lines);
    }
}
