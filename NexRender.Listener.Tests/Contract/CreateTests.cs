using System.Globalization;
using NexRender.Listener.Jobs;
using NexRender.Listener.Json;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Contract;

/// <summary>Submitting a job: defaults, order of keys, and what is overwritten.</summary>
[TestClass]
public sealed class CreateTests
{
    private const string DefaultNames = "uid type state output tags priority timings template assets actions";

    [TestMethod]
    public async Task Missing_members_get_their_defaults()
    {
        await using var server = await TestServer.Start();
        var job = (await server.Post(Some.Job())).Expect(200);
        Assert.AreEqual(DefaultNames + " creator updatedAt createdAt", job.Names);
        Assert.MatchesRegex("^[A-Za-z0-9_-]{21}$", job.Member("uid"));
        Assert.AreEqual("\"default\"", job.Raw("type"));
        Assert.AreEqual("\"queued\"", job.Raw("state"));
        Assert.AreEqual("\"\"", job.Raw("output"));
        Assert.AreEqual("\"\"", job.Raw("tags"));
        Assert.AreEqual("0", job.Raw("priority"));
        Assert.AreEqual("{}", job.Raw("timings"));
        Assert.AreEqual("[]", job.Raw("assets"));
        Assert.AreEqual("""{"prerender":[],"postrender":[]}""", job.Raw("actions"));
        Assert.AreEqual(Some.Template, job.Raw("template"));
        Assert.AreEqual("127.0.0.1", job.Member("creator"));
    }

    [TestMethod]
    public async Task Unknown_members_keep_their_order()
    {
        await using var server = await TestServer.Start();
        var body = $$"""{"zebra":1,"priority":2,"template":{{Some.Template}},"apple":{"b":1,"a":2},"uid":"a"}""";
        var job = (await server.Post(body)).Expect(200);
        Assert.AreEqual(DefaultNames + " zebra apple creator updatedAt createdAt", job.Names);
        Assert.AreEqual("""{"b":1,"a":2}""", job.Raw("apple"));
    }

    [TestMethod]
    public async Task Keys_that_the_server_sets_keep_the_place_that_the_body_gave_them()
    {
        await using var server = await TestServer.Start();
        var body = $$"""{"createdAt":"then","a":1,"creator":"me","template":{{Some.Template}},"updatedAt":7}""";
        var job = (await server.Post(body)).Expect(200);
        Assert.AreEqual(DefaultNames + " createdAt a creator updatedAt", job.Names);
        Assert.AreEqual("127.0.0.1", job.Member("creator"));
        Assert.AreNotEqual("then", job.Member("createdAt"));
        Assert.AreEqual(job.Member("createdAt"), job.Member("updatedAt"));
    }

    [TestMethod]
    public async Task The_answer_is_the_job_as_it_is_stored()
    {
        await using var server = await TestServer.Start();
        var job = (await server.Post(Some.FullJob("a"))).Expect(200);
        Assert.AreEqual(job.Text, (await server.Get("jobs/a")).Expect(200).Text);
        Assert.AreEqual($"[{job.Text}]", (await server.Get("jobs")).Expect(200).Text);
    }

    [TestMethod]
    public async Task Every_job_gets_a_uid_of_its_own()
    {
        await using var server = await TestServer.Start();
        var uids = new HashSet<string>();
        for (var i = 0; i < 100; i++) uids.Add((await server.Post(Some.Job())).Expect(200).Member("uid"));
        Assert.HasCount(100, uids);
        // Every character of the alphabet turns up somewhere in 2,100 of them.
        Assert.HasCount(64, string.Concat(uids).Distinct().ToArray());
    }

    [TestMethod]
    [DataRow("finished")]
    [DataRow("error")]
    [DataRow("anything")]
    public async Task A_new_job_is_queued_whatever_the_body_says(string state)
    {
        await using var server = await TestServer.Start();
        Assert.AreEqual("queued", (await server.Post(Some.Job("a", state: state))).Expect(200).Member("state"));
        Assert.AreEqual("a", (await server.Get("jobs/pickup")).Expect(200).Member("uid"));
    }

    [TestMethod]
    [DataRow("a,b c,D9", "a,b c,D9")]
    [DataRow("4k!,fast-lane,x_y", "4k,fastlane,xy")]
    [DataRow("grün,世界", "grn,")]
    [DataRow("tab\tand\nline", "tabandline")]
    [DataRow("", "")]
    public async Task Tags_keep_letters_digits_commas_and_spaces(string sent, string stored)
    {
        await using var server = await TestServer.Start();
        Assert.AreEqual(stored, (await server.Post(Some.Job("a", tags: sent))).Expect(200).Member("tags"));
    }

    [TestMethod]
    [DataRow("\"tags\":null", "tags", "null")]
    [DataRow("\"tags\":[\"a!\"]", "tags", "[\"a!\"]")]
    [DataRow("\"tags\":12", "tags", "12")]
    [DataRow("\"priority\":\"high\"", "priority", "\"high\"")]
    [DataRow("\"priority\":1.50", "priority", "1.50")]
    [DataRow("\"priority\":null", "priority", "null")]
    [DataRow("\"type\":null", "type", "null")]
    [DataRow("\"output\":{\"a\":[]}", "output", "{\"a\":[]}")]
    [DataRow("\"timings\":{\"download\":1}", "timings", "{\"download\":1}")]
    [DataRow("\"actions\":{\"postrender\":[]}", "actions", "{\"postrender\":[]}")]
    [DataRow("\"template\":{\"src\":\"s\",\"composition\":\"c\",\"x\":1}", "template", "{\"src\":\"s\",\"composition\":\"c\",\"x\":1}")]
    public async Task A_given_value_replaces_the_default_whole(string member, string name, string stored)
    {
        await using var server = await TestServer.Start();
        Assert.AreEqual(stored, (await server.Post(Some.Job("a", members: member))).Expect(200).Raw(name));
    }

    [TestMethod]
    public async Task The_creator_is_whom_a_proxy_forwards_for()
    {
        await using var server = await TestServer.Start();
        var job = (await server.Post(Some.Job(), ("x-forwarded-for", "10.1.2.3, 10.0.0.1"))).Expect(200);
        Assert.AreEqual("10.1.2.3, 10.0.0.1", job.Member("creator"));
    }

    [TestMethod]
    public async Task The_times_are_now_in_UTC_with_milliseconds()
    {
        await using var server = await TestServer.Start();
        var before = DateTime.UtcNow.AddMilliseconds(-1);
        var job = (await server.Post(Some.Job())).Expect(200);
        Assert.AreEqual(job.Member("createdAt"), job.Member("updatedAt"));
        var created = DateTime.ParseExact(
            job.Member("createdAt"),
            "yyyy-MM-dd'T'HH:mm:ss.fff'Z'",
            CultureInfo.InvariantCulture,
            DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal);
        Assert.IsInRange(before, DateTime.UtcNow, created);
    }

    [TestMethod]
    [DataRow("queued")]
    [DataRow("picked")]
    [DataRow("started")]
    [DataRow("render:dorender")]
    public async Task A_uid_in_use_answers_409_and_does_not_change_the_job(string state)
    {
        await using var server = await TestServer.Start();
        (await server.Post(Some.Job("a", members: "\"first\":true"))).Expect(200);
        var job = (await server.Put("jobs/a", $$"""{"state":"{{state}}"}""")).Expect(200);
        (await server.Post(Some.Job("a"))).Expect(409, "a", state);
        Assert.AreEqual($"[{job.Text}]", (await server.Get("jobs")).Expect(200).Text);
    }

    [TestMethod]
    [DataRow("finished")]
    [DataRow("error")]
    public async Task The_uid_of_an_ended_job_can_be_reused(string state)
    {
        await using var server = await TestServer.Start();
        (await server.Post(Some.Job("a", members: "\"first\":true"))).Expect(200);
        (await server.Post(Some.Job("b"))).Expect(200);
        (await server.Put("jobs/a", $$"""{"state":"{{state}}"}""")).Expect(200);
        var job = (await server.Post(Some.Job("a"))).Expect(200);
        Assert.DoesNotContain("first", job.Text);
        Assert.AreEqual("b a", (await server.Get("jobs")).Expect(200).Uids);
        Assert.AreEqual("b", (await server.Get("jobs/pickup")).Expect(200).Member("uid"));
        Assert.AreEqual("a", (await server.Get("jobs/pickup")).Expect(200).Member("uid"));
        await server.Restart();
        Assert.AreEqual("b a", (await server.Get("jobs")).Expect(200).Uids);
    }
}
