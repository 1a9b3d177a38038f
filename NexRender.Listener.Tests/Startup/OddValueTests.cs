using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Startup;

/// <summary>Every option with odd values: the program runs or says in one line why it does not, and never shows a stack trace.</summary>
[TestClass]
public sealed class OddValueTests
{
    private static readonly string[] Options =
    [
        "--port", "--host", "--secret", "--secret-file", "--read-secret", "--submit-secret", "--database", "--ordering", "--picked-timeout",
        "--lease", "--max-attempts", "--retry-delay", "--log-format", "--keep-finished", "--keep-errors", "--keep-jobs",
    ];

    [TestMethod]
    [DataRow("")]
    [DataRow(" ")]
    [DataRow("-1")]
    [DataRow("99999999999999999999")]
    [DataRow("/dev/null/x")]
    [DataRow("/")]
    [DataRow("\n")]
    [DataRow("long")]
    public async Task An_odd_value_is_refused_in_one_line(string value)
    {
        using var folder = new TempFolder();
        if (value == "long") value = new string('x', 5_000);
        foreach (var option in Options)
        {
            var isFine = option == "--secret" && value.Length > 0;
            if (isFine || (option == "--database" && value is " " or "\n" or "-1" or "99999999999999999999")) continue;
            string[] database = option == "--database" ? [] : ["--database", folder.File("a.js")];
            string[] port = option == "--port" ? [] : ["--port", $"{Ports.Free()}"];
            var result = await ServerProcess.Run([option, value, .. port, .. database]);
            Assert.IsTrue(result.ExitCode is 1 or 2, $"{option} '{value}': exit code {result.ExitCode}");
            Assert.HasCount(1, result.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries), $"{option} '{value}': {result.Errors}");
            Assert.StartsWith("nexrender-listener: ", result.Errors);
            Assert.AreEqual("", result.Output);
        }
    }

    [TestMethod]
    public async Task A_secret_file_that_never_ends_is_refused() =>
        (await ServerProcess.Run(["--secret-file=/dev/zero", $"--port={Ports.Free()}"])).ExpectRefusal(1, "/dev/zero",
            "longer than 4096 bytes");

    [TestMethod]
    public async Task A_link_that_leads_to_itself_is_refused()
    {
        if (OperatingSystem.IsWindows()) Assert.Inconclusive("Links need a right on Windows.");
        using var folder = new TempFolder();
        File.CreateSymbolicLink(folder.File("loop"), folder.File("loop"));
        (await ServerProcess.Run([$"--secret-file={folder.File("loop")}", $"--port={Ports.Free()}"])).ExpectRefusal(1, "loop");
        (await ServerProcess.Run([$"--database={folder.File("loop")}", $"--port={Ports.Free()}"])).ExpectRefusal(1, "loop");
    }

    [TestMethod]
    public async Task The_variable_that_Kubernetes_sets_is_ignored_with_a_line()
    {
        using var folder = new TempFolder();
        var port = Ports.Free();
        var environment = new Dictionary<string, string> { ["NEXRENDER_PORT"] = "tcp://10.96.12.3:3000" };
        await using var server = await ServerProcess.Start([$"--port={port}", $"--database={folder.File("a.js")}"], environment);
        Assert.AreEqual(0, await server.Terminate());
        await using var other = ServerProcess.Launch([$"--database={folder.File("a.js")}", "--host=127.0.0.1"], environment);
        await other.Output.Line("ignoring NEXRENDER_PORT=tcp://10.96.12.3:3000");
    }
}
