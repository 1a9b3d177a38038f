using NexRender.Listener.Tests.Bench.Measurements;
using NexRender.Listener.Tests.Bench.Reports;
using NexRender.Listener.Tests.Bench.Servers;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Bench;

/// <summary>The page of results, from figures that nobody measured.</summary>
[TestClass]
public sealed class ReportTests
{
    private static readonly Cell Put = new(TargetKind.Listener, Operation.Put, 1000, 32);
    private readonly Results _results = new();

    [TestMethod]
    public void A_cell_shows_median_spread_latency_and_failures()
    {
        foreach (var rate in new[] { 900, 1000, 1300 }) _results.Add(Put, rate);
        _results.Add(Put with { What = "p99" }, 2.5);
        StringAssert.Contains(Page(), "| PUT of progress | nexrender-listener | 1,000 |  | 1,000 ±20 % (2.50 ms) |");
        _results.Add(Put with { What = "errors" }, 7);
        StringAssert.Contains(Page(), "1,000 ±20 % (2.50 ms), 7 failed |");
    }

    [TestMethod]
    public void A_cell_without_any_response_says_so()
    {
        _results.Add(Put, 0);
        _results.Add(Put with { What = "p99" }, double.NaN);
        StringAssert.Contains(Page(), "| none completed |");
    }

    [TestMethod]
    public void Memory_is_shown_before_and_after_posts_with_the_number_of_jobs_then()
    {
        foreach (var (what, value) in new[] { ("started", 11.5), ("read", 51.2), ("posted", 602), ("jobs", 400_000) })
            _results.Add(new Cell(TargetKind.Listener, Operation.Start, 1000, What: what), value);
        StringAssert.Contains(Page(), "| nexrender-listener | 1,000 |  | 11.5 MB | 51.2 MB | 602 MB | 400,000 |  |");
    }

    [TestMethod]
    public void A_missed_goal_has_its_reason_and_one_that_is_met_has_none()
    {
        var put = Put with { Jobs = 10_000, Connections = 256 };
        var echo = new Cell(TargetKind.Echo, Operation.Put, 0, 256);
        _results.Add(put, 39);
        _results.Add(echo, 100);
        StringAssert.Contains(Page(), ": echo of a bare HttpListener | 0.8 or more | 0.39 | missed: a change costs about");
        _results.Add(put, 121);
        StringAssert.Contains(Page(), ": echo of a bare HttpListener | 0.8 or more | 0.80 |  |");
    }

    [TestMethod]
    public void Only_a_complete_run_writes_the_page_and_any_run_the_file_that_is_asked_for()
    {
        using var folder = new TempFolder();
        var (page, file) = (folder.File("RESULTS.md"), folder.File("quick.md"));
        Page(BenchOptions.Parse(["--page", page, "--quick"]));
        Page(BenchOptions.Parse(["--page", page, "--only", "put"]));
        Page(BenchOptions.Parse(["--page", page, "--quick", "--results", file]));
        Assert.IsFalse(File.Exists(page));
        StringAssert.Contains(File.ReadAllText(file), "**A quick run**");
        Page(BenchOptions.Parse(["--page", page, "--rounds", "5"]));
        Assert.IsTrue(File.Exists(page));
    }

    [TestMethod]
    public void A_section_that_failed_is_named_and_the_page_is_not_written()
    {
        using var folder = new TempFolder();
        _results.Problems.Add("watchers: the server exited");
        var options = BenchOptions.Parse(["--page", folder.File("RESULTS.md")]);
        StringAssert.Contains(Page(options), "**Not measured**: watchers: the server exited");
        Assert.IsFalse(File.Exists(folder.File("RESULTS.md")));
    }

    private string Page(BenchOptions? options = null)
    {
        using var output = new StringWriter();
        Report.Write(output, options ?? new BenchOptions { Executable = null }, _results, TimeSpan.FromMinutes(1));
        return output.ToString();
    }
}
