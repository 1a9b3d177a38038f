using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Startup;

/// <summary>Usage: help, version, and errors of the command line.</summary>
[TestClass]
public sealed class UsageTests
{
    [TestMethod]
    [DataRow("--help")]
    [DataRow("-h")]
    public async Task The_help_names_every_option_and_variable(string option)
    {
        var help = await ServerProcess.Run([option]);
        Assert.AreEqual(0, help.ExitCode, help.Errors);
        Assert.AreEqual("", help.Errors);
        string[] names =
        [
            "-p, --port", "--host", "-s, --secret", "--secret-file", "--read-secret", "--submit-secret", "--database", "--ordering",
            "--quiet", "--verbose", "--log-format", "--keep-finished", "--keep-errors", "--keep-jobs", "--webhook",
            "--webhook-states", "--allow-job-webhooks", "--hook", "--import", "--export", "-c, --cleanup",
            "-h, --help", "-v, --version", "NEXRENDER_PORT", "NEXRENDER_SECRET", "NEXRENDER_READ_SECRET", "NEXRENDER_SUBMIT_SECRET",
            "NEXRENDER_DATABASE", "NEXRENDER_ORDERING", "3000",
            "oldest-first, newest-first, random, priority",
        ];
        foreach (var name in names) Assert.Contains(name, help.Output);
    }

    [TestMethod]
    [DataRow("--version")]
    [DataRow("-v")]
    public async Task The_version_is_the_one_that_answers_carry(string option)
    {
        var version = await ServerProcess.Run([option]);
        Assert.AreEqual(0, version.ExitCode, version.Errors);
        await using var server = await TestServer.Start();
        Assert.AreEqual((await server.Get("health")).Header("Server"), $"nexrender-listener/{version.Output.Trim()}");
    }

    [TestMethod]
    [DataRow("--unknown", "--unknown")]
    [DataRow("start", "start")]
    [DataRow("--port", "--port")]
    [DataRow("--port=", "--port")]
    [DataRow("--secret= --quiet", "--secret= needs a value")]
    [DataRow("--port=http", "http")]
    [DataRow("--port=0", "1 to 65535")]
    [DataRow("--port=65536", "65535")]
    [DataRow("--port=-1", "-1")]
    [DataRow("--port=3000.5", "3000.5")]
    [DataRow("--port=1 --port=2", "--port")]
    [DataRow("--database", "--database")]
    [DataRow("--quiet --verbose", "--quiet and --verbose")]
    [DataRow("--secret=a --secret-file=/dev/null", "--secret and --secret-file")]
    [DataRow("--ordering=fastest", "oldest-first, newest-first, random, priority")]
    [DataRow("--ordering=Priority", "oldest-first, newest-first, random, priority")]
    [DataRow("--log-format=xml", "--log-format must be text or json")]
    [DataRow("--webhook=ftp://host/", "--webhook \"ftp://host/\" cannot be used: it does not begin with http")]
    [DataRow("--webhook=http://user@host/", "it has a user name")]
    [DataRow("--webhook=http://a --webhook=", "--webhook= needs a value")]
    [DataRow("--webhook", "--webhook")]
    [DataRow("--webhook-states=queued", "finished, error, cancelled")]
    [DataRow("--webhook-states=finished,", "finished, error, cancelled")]
    [DataRow("--allow-job-webhooks=http://host/?a", "it has a query")]
    [DataRow("--hook=", "--hook")]
    public async Task Wrong_usage_ends_with_2_and_a_line(string arguments, string part)
    {
        using var folder = new TempFolder();
        var home = new Dictionary<string, string> { ["HOME"] = folder.Path };
        (await ServerProcess.Run(arguments.Split(' '), home)).ExpectRefusal(2, part, "--help");
        Assert.IsEmpty(Directory.GetFileSystemEntries(folder.Path));
    }

    [TestMethod]
    [DataRow("NEXRENDER_PORT", "http", "1 to 65535")]
    [DataRow("NEXRENDER_PORT", "0", "1 to 65535")]
    [DataRow("NEXRENDER_ORDERING", "fastest", "oldest-first, newest-first, random, priority")]
    public async Task A_wrong_variable_is_named(string name, string value, string part) =>
        (await ServerProcess.Run([], new Dictionary<string, string> { [name] = value })).ExpectRefusal(2, name, value, part);
}
