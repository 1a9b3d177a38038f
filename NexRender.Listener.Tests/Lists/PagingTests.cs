using System.Text.RegularExpressions;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Lists;

/// <summary>Pages that follow each other by cursor, while jobs come, change and go.</summary>
[TestClass]
public sealed class PagingTests
{
    [TestMethod]
    [DataRow("oldest_first")]
    [DataRow("newest_first")]
    [DataRow("priority")]
    public async Task No_job_is_listed_twice_and_none_that_stays_is_missed(string sort)
    {
        await using var server = await TestServer.Start();
        for (var i = 0; i < 60; i++) (await server.Post(Some.Job($"job-{i}", priority: i % 5))).Expect(200);
        var seen = new List<string>();
        var next = $"/api/v1/jobs?limit=7&sort={sort}&states=queued,paused";
        for (var page = 0; next is not null; page++)
        {
            var answer = (await server.Get(next)).Expect(200);
            seen.AddRange(answer.Uids.Split(' '));
            next = Next(answer);
            // The last job of the page, a job of a page to come, and a new one.
            (await server.Delete($"jobs/{seen[^1]}")).Expect(200);
            await server.Delete($"jobs/job-{page * 11}");
            (await server.Post(Some.Job($"new-{page}", priority: page % 5))).Expect(200);
            await server.Send("PATCH", $"jobs/job-{page + 30}/pause");
        }
        var stayed = (await server.Get("jobs")).Expect(200).Uids.Split(' ').Where(uid => uid.StartsWith("job-", StringComparison.Ordinal));
        Assert.IsEmpty(stayed.Except(seen));
        Assert.AreEqual(seen.Count, seen.Distinct().Count());
    }

    [TestMethod]
    [DataRow("jobs?limit=40")]
    [DataRow("jobs?limit=40&sort=newest_first&states=queued,finished,error")]
    [DataRow("jobs/status?limit=40&exclude_states=picked")]
    [DataRow("jobs?limit=40&q=stays&minimal=true")]
    public async Task Jobs_that_stay_are_on_one_page_each_while_others_change_all_the_time(string path)
    {
        await using var server = await TestServer.Start();
        for (var i = 0; i < 300; i++) (await server.Post(Some.Job($"{(i % 3 == 0 ? "goes" : "stays")}-{i}"))).Expect(200);
        using var ended = new CancellationTokenSource();
        var changes = Task.Run(async () =>
        {
            for (var i = 0; !ended.IsCancellationRequested; i = (i + 3) % 300)
            {
                await server.Delete($"jobs/goes-{i}");
                await server.Post(Some.Job($"goes-{i}"));
            }
        });
        for (var round = 0; round < 5; round++)
        {
            var seen = new List<string>();
            string? next = path;
            while (next is not null)
            {
                var answer = (await server.Get(next)).Expect(200);
                seen.AddRange(answer.Uids.Split(' ').Where(uid => uid.StartsWith("stays", StringComparison.Ordinal)));
                next = Next(answer);
            }
            Assert.AreEqual(200, seen.Count);
            Assert.AreEqual(200, seen.Distinct().Count());
        }
        await ended.CancelAsync();
        await changes;
    }

    [TestMethod]
    public async Task The_last_page_has_no_link_and_every_page_says_the_total()
    {
        await using var server = await TestServer.Start();
        for (var i = 0; i < 5; i++) (await server.Post(Some.Job($"job-{i}"))).Expect(200);
        var first = (await server.Get("jobs?limit=3")).Expect(200);
        Assert.AreEqual("5", first.Header("X-Total-Count"));
        var second = (await server.Get(Next(first)!)).Expect(200);
        Assert.AreEqual("job-3 job-4", second.Uids);
        Assert.AreEqual("5", second.Header("X-Total-Count"));
        Assert.IsNull(Next(second));
        Assert.Contains("X-Total-Count", first.Header("Access-Control-Expose-Headers")!);
    }

    [TestMethod]
    public async Task A_cursor_still_leads_on_after_a_restart_and_after_its_job_was_removed()
    {
        await using var server = await TestServer.Start();
        for (var i = 0; i < 9; i++) (await server.Post(Some.Job($"job-{i}"))).Expect(200);
        var page = (await server.Get("jobs?limit=3")).Expect(200);
        foreach (var gone in new[] { "job-0", "job-1" }) (await server.Delete($"jobs/{gone}")).Expect(200);
        await server.Restart();
        Assert.AreEqual("job-3 job-4 job-5", (await server.Get(Next(page)!)).Expect(200).Uids);
    }

    [TestMethod]
    public async Task A_cursor_of_another_sort_is_refused()
    {
        await using var server = await TestServer.Start();
        for (var i = 0; i < 3; i++) (await server.Post(Some.Job($"job-{i}"))).Expect(200);
        var next = Next((await server.Get("jobs?limit=1")).Expect(200))!;
        (await server.Get(next + "&sort=updated")).Expect(400, "another sort");
    }

    private static string? Next(Answer answer) =>
        answer.Header("Link") is { } link ? Regex.Match(link, "^<(.*)>; rel=\"next\"$").Groups[1].Value : null;
}
