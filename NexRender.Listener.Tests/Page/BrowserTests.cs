using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Page;

/// <summary>The web page in a browser. The scripts beside this file assert; each test here runs one of theirs.</summary>
[TestClass]
public sealed class BrowserTests
{
    private static BrowserHost? _browser;

    [ClassCleanup]
    public static async Task StopBrowser()
    {
        if (_browser is not null) await _browser.DisposeAsync();
    }

    [TestMethod]
    [DataRow("every view shows what there is")]
    [DataRow("a job shows its life, its parts and its JSON")]
    [DataRow("filters live in the address, and several states can be chosen")]
    [DataRow("text from jobs never becomes markup")]
    [DataRow("jobs are submitted with the faulty line marked, several at once, and as a batch")]
    [DataRow("files that are dropped on the submit view become the text to send")]
    [DataRow("the actions that a job's state allows")]
    [DataRow("some jobs, or all that fit, after a question that says how many")]
    [DataRow("workers and the queue are paused and resumed")]
    [DataRow("changes appear by themselves, without polling")]
    [DataRow("the page says when the server has another version, and when its disk fails")]
    [DataRow("100,000 jobs: a window of rows, and no long task while scrolling")]
    [DataRow("axe finds nothing, in light and dark, wide and narrow")]
    [DataRow("everything can be done with the keyboard alone")]
    [DataRow("every view fits into 360 pixels, and the wall has no chrome")]
    [DataRow("nothing moves for those who prefer reduced motion")]
    public Task The_page(string test) => Run(test, new ListenerOptions());

    [TestMethod]
    [DataRow("the page asks for the secret, and sends it as a header only")]
    [DataRow("a secret that may only read shows no button that would be refused")]
    public Task The_page_of_a_server_with_a_secret(string test) =>
        Run(test, new ListenerOptions { Secret = "grün s3cret", ReadSecret = "l00k" });

    [TestMethod]
    public Task The_page_of_a_server_that_is_restarted() =>
        Run("the page finds the server again after a restart", new ListenerOptions(), restarts: true);

    [TestMethod]
    public async Task The_scripts_satisfy_the_type_checker()
    {
        var node = await NodeRunner.With("typescript@7.0.2");
        var project = Repository.Path("NexRender.Listener.Tests", "Page", "tsconfig.json");
        await using var run = node.Start(
            """
            const tsc = require.resolve('typescript/package.json').replace('package.json', 'bin/tsc')
            const { status } = require('node:child_process').spawnSync(process.execPath, [tsc, '-p', process.argv[1]], { stdio: 'inherit' })
            process.exit(status)
            """,
            project);
        Assert.AreEqual(0, await run.WaitForExit(BrowserHost.Deadline), run.Output.Text + run.Errors.Text);
    }

    [TestMethod]
    public void No_script_is_longer_than_300_lines_and_no_line_than_140_columns()
    {
        var scripts = Directory.EnumerateFiles(Repository.Path("NexRender.Listener", "Page"), "*.js", SearchOption.AllDirectories).ToList();
        Assert.IsNotEmpty(scripts);
        Assert.IsEmpty(scripts.Where(script => File.ReadLines(script).Count() > 300));
        Assert.IsEmpty(scripts.SelectMany(File.ReadLines).Where(line => line.Length > 140));
    }

    private static async Task Run(string test, ListenerOptions options, bool restarts = false)
    {
        _browser ??= await BrowserHost.Start();
        await using var server = await TestServer.Start(options);
        var run = _browser.Run(test, server, options.Secret);
        if (restarts)
        {
            await _browser.RestartIsWanted(test, run);
            await server.Restart();
        }
        await run;
    }
}
