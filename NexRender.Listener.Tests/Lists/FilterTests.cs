using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Lists;

/// <summary>The filters of lists, each by itself, and all of them against a plain model.</summary>
[TestClass]
public sealed class FilterTests
{
    private const string Database =
        """
        [{"uid":"a","state":"queued","type":"film","tags":"4k,gpu","creator":"c",
         "createdAt":"2026-11-01T10:00:00.000Z","updatedAt":"2026-11-01T10:00:00.000Z",
         "template":{"src":"file:///Intro.aep","composition":"main"},"output":"/out/a.mov"},
        {"uid":"b","state":"finished","type":"film","tags":"gpu","executor":"mac-1","batchId":"b1",
         "createdAt":"2026-11-02T10:00:00.000Z","updatedAt":"2026-11-05T10:00:00.000Z","startedAt":"x",
         "template":{"src":"s","composition":"outro"}},
        {"uid":"c","state":"render:dorender","tags":"","executor":"mac-2",
         "createdAt":"2026-11-03T10:00:00.000Z","updatedAt":"2026-11-04T10:00:00.000Z","startedAt":"x","priority":3,
         "template":{"src":"s","composition":"main"}},
        {"uid":"d","state":"error","executor":"mac-1",
         "createdAt":"2026-11-04T10:00:00.000Z","updatedAt":"2026-11-04T11:00:00.000Z",
         "errorAt":"x","cancelledAt":"2026-11-04T11:00:00.000Z"},
        {"uid":"e","state":"error","executor":"mac-2","batchId":"b1",
         "createdAt":"2026-11-05T10:00:00.000Z","updatedAt":"2026-11-06T10:00:00.000Z","priority":9}]
        """;

    [TestMethod]
    [DataRow("", "a b c d e")]
    [DataRow("?states=queued", "a")]
    [DataRow("?states=queued,finished", "a b")]
    [DataRow("?states=queued&states=finished", "a b")]
    [DataRow("?states=+queued+,", "a")]
    [DataRow("?states=error", "d e")]
    [DataRow("?states=cancelled", "d")]
    [DataRow("?states=rendering", "c")]
    [DataRow("?states=rendering,cancelled", "c d")]
    [DataRow("?states=render%3Adorender", "c")]
    [DataRow("?states=paused", "")]
    [DataRow("?exclude_states=error,queued", "b c")]
    [DataRow("?states=error&exclude_states=cancelled", "e")]
    [DataRow("?tags=gpu", "a b")]
    [DataRow("?tags=4k,none", "a")]
    [DataRow("?type=film", "a b")]
    [DataRow("?executor=mac-1", "b d")]
    [DataRow("?executor=mac-1,mac-2&states=error", "d e")]
    [DataRow("?batch=b1", "b e")]
    [DataRow("?from_date=2026-11-03", "c d e")]
    [DataRow("?from_date=2026-11-03T10:00:00.000Z&to_date=2026-11-04T10:00:00Z", "c d")]
    [DataRow("?from_date=2026-11-03T12:00:00%2B02:00", "c d e")]
    [DataRow("?updated_since=2026-11-05T10:00:00.000Z", "b e")]
    [DataRow("?q=intro", "a")]
    [DataRow("?q=MAIN", "a c")]
    [DataRow("?q=%2Fout%2F", "a")]
    [DataRow("?q=e&states=error", "e")]
    [DataRow("?sort=newest_first", "e d c b a")]
    [DataRow("?sort=priority", "e c a b d")]
    [DataRow("?sort=updated", "e b d c a")]
    [DataRow("?limit=2", "a b")]
    [DataRow("?from=3", "d e")]
    [DataRow("?from=1&limit=2&sort=newest_first", "d c")]
    [DataRow("?from=9", "")]
    public async Task A_query_lists_what_it_says(string query, string uids)
    {
        await using var server = await TestServer.Start(database: Database);
        Assert.AreEqual(uids, (await server.Get("jobs" + query)).Expect(200).Uids);
        Assert.AreEqual(uids, (await server.Get("jobs/status" + query)).Expect(200).Uids);
    }

    [TestMethod]
    [DataRow("state=queued", "did you mean \"states\"")]
    [DataRow("State=queued", "did you mean \"states\"")]
    [DataRow("tag=gpu", "did you mean \"tags\"")]
    [DataRow("excludeStates=error", "did you mean \"exclude_states\"")]
    [DataRow("fromDate=2026-11-03", "did you mean \"from_date\"")]
    [DataRow("limti=3", "did you mean \"limit\"")]
    [DataRow("sortt=updated", "did you mean \"sort\"")]
    [DataRow("states=queud", "unknown value \"queud\" of states; known: queued, ")]
    [DataRow("exclude_states=done", "unknown value \"done\" of exclude_states")]
    [DataRow("sort=up", "unknown value \"up\" of sort; known: oldest_first, newest_first, priority, updated")]
    [DataRow("limit=0", "limit must be a number from 1 to 1000")]
    [DataRow("limit=1001", "limit must be a number from 1 to 1000")]
    [DataRow("limit=ten", "limit must be a number from 1 to 1000")]
    [DataRow("from=-1", "from must be a number from 0")]
    [DataRow("from_date=yesterday", "from_date must be a time such as")]
    [DataRow("minimal=maybe", "unknown value \"maybe\" of minimal")]
    [DataRow("after=x", "after is not a cursor")]
    [DataRow("q=%zz", "not valid percent-encoded UTF-8")]
    [DataRow("q=%ff", "not valid percent-encoded UTF-8")]
    public async Task What_cannot_be_meant_is_refused_with_what_can(string query, string message)
    {
        await using var server = await TestServer.Start(database: Database);
        (await server.Get($"jobs?{query}")).Expect(400, message);
        (await server.Get($"jobs/status?{query}")).Expect(400, message);
    }

    [TestMethod]
    [DataRow("_=1700000000")]
    [DataRow("t=5&v=2")]
    [DataRow("page=2&per_page=10")]
    [DataRow("format=json")]
    public async Task Unknown_parameters_are_ignored_and_the_answer_is_the_whole_list(string query)
    {
        await using var server = await TestServer.Start(database: Database);
        var plain = (await server.Get("jobs")).Expect(200);
        var answer = (await server.Get($"jobs?{query}")).Expect(200);
        Assert.AreEqual(plain.Text, answer.Text);
        Assert.IsNull(answer.Header("X-Total-Count"));
    }

    [TestMethod]
    public async Task The_minimal_form_is_the_status_and_what_a_list_shows()
    {
        await using var server = await TestServer.Start(database: Database);
        var status = (await server.Get("jobs/a/status")).Expect(200).Text;
        Assert.AreEqual(
            $$"""[{{status[..^1]}},"template":{"src":"file:///Intro.aep","composition":"main"},"output":"/out/a.mov","""
                + "\"priority\":0,\"attempts\":0}]",
            (await server.Get("jobs?minimal=true&states=queued")).Expect(200).Text);
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    public async Task Random_queries_agree_with_a_plain_model(int seed)
    {
        var random = new Random(seed);
        var model = new ListModel(random);
        await using var server = await TestServer.Start(database: model.Database(jobs: 300));
        for (var i = 0; i < 300; i++)
        {
            var query = model.RandomQuery();
            var answer = (await server.Get($"jobs?{query.Text}")).Expect(200);
            Assert.AreEqual(string.Join(' ', query.Page), answer.Uids, $"seed {seed}, query {i}: {query.Text}");
            Assert.AreEqual(query.Total.ToString(), answer.Header("X-Total-Count"), query.Text);
        }
    }
}
