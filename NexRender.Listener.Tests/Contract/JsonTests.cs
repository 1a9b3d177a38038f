using System.Text;
using NexRender.Listener.Jobs;
using NexRender.Listener.Json;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Contract;

/// <summary>Every valid JSON value is kept as sent, and can be listed, reloaded and parsed.</summary>
[TestClass]
public sealed class JsonTests
{
    private const int MaxDepth = 256;

    [TestMethod]
    [DataRow("0")]
    [DataRow("-0")]
    [DataRow("-0.0")]
    [DataRow("1.0")]
    [DataRow("1.50")]
    [DataRow("1E400")]
    [DataRow("-1e-400")]
    [DataRow("1e+2")]
    [DataRow("12345678901234567890123456789")]
    [DataRow("0.1000000000000000055511151231257827")]
    [DataRow("\"\"")]
    [DataRow("\"\\u0041\\/\\b\\f\\n\\r\\t\\\"\\\\\"")]
    [DataRow("\"\\u00E9é\\ud83d\\ude00😀\"")]
    [DataRow("\"\u2028\u2029\u007f\uFEFF\"")]
    [DataRow("\"<script>&'+`\"")]
    [DataRow("\"\\u0000\"")]
    [DataRow("\"\\ud800\"")]
    [DataRow("\"\\udc00\\ud800\"")]
    [DataRow("\"\\uD83D x\"")]
    [DataRow("[[],{},[{}],null,true,false]")]
    [DataRow("{\"\":0,\"a\":{\"a\":{}},\"\\u0061\":1}")]
    [DataRow("{\"\\ud800\":\"\\udfff\"}")]
    [DataRow("{\"__proto__\":{\"uid\":1},\"constructor\":null}")]
    public async Task A_value_survives_byte_for_byte(string value)
    {
        await using var server = await TestServer.Start();
        var created = (await server.Post(Some.Job("a", members: $"\"value\":{value}"))).Expect(200);
        Contains(value, created);
        Contains(value, (await server.Put("jobs/a", $$"""{"again":{{value}}}""")).Expect(200));
        Contains(value, (await server.Get("jobs/pickup")).Expect(200));
        await server.Restart();
        var kept = (await server.Get("jobs/a")).Expect(200);
        Contains(value, kept);
        Contains($"\"again\":{value}", kept);
        Assert.AreEqual($"[{kept.Text}]", (await server.Get("jobs")).Expect(200).Text);
        (await server.Get("jobs/status")).Expect(200);
    }

    [TestMethod]
    public async Task Only_whitespace_between_tokens_is_removed()
    {
        await using var server = await TestServer.Start();
        var body = "\t{ \"template\" :\r\n" + Some.Template + " , \"a\" : [ 1 , { \"b c\" : \" d \\\" e \" } ] }\n";
        var job = (await server.Post(body)).Expect(200);
        Assert.AreEqual("""[1,{"b c":" d \" e "}]""", job.Raw("a"));
        Assert.AreEqual(Some.Template, job.Raw("template"));
        Assert.DoesNotContain("\n", job.Text);
    }

    [TestMethod]
    [DataRow("""{"x":1,"y":2,"x":3,"template":TEMPLATE}""")]
    [DataRow("""{"x":1,"y":2,"\u0078":3,"template":TEMPLATE}""")]
    [DataRow("""{"\u0078":1,"y":2,"x":3,"template":TEMPLATE}""")]
    public async Task A_duplicate_name_keeps_its_first_place_and_its_last_value(string body)
    {
        await using var server = await TestServer.Start();
        var job = (await server.Post(body.Replace("TEMPLATE", Some.Template))).Expect(200);
        Assert.AreEqual("uid type state output tags priority timings template assets actions x y creator updatedAt createdAt", job.Names);
        Assert.AreEqual("3", job.Raw("x"));
    }

    [TestMethod]
    public async Task A_name_is_the_same_with_escapes_and_without()
    {
        await using var server = await TestServer.Start();
        const string body = """{"\u0075id":"a","t\u0065mplate":TEMPLATE,"st\u0061te":"finished"}""";
        (await server.Post(body.Replace("TEMPLATE", Some.Template))).Expect(200);
        Assert.AreEqual("queued", (await server.Get("jobs/a")).Expect(200).Member("state"));
        (await server.Put("jobs/a", """{"\u0073tate":"finished"}""")).Expect(200);
        Assert.AreEqual("finished", (await server.Get("jobs/a/status")).Expect(200).Member("state"));
        Assert.AreEqual("{}", (await server.Get("jobs/pickup")).Expect(200).Text);
    }

    [TestMethod]
    public async Task A_job_may_have_very_many_keys()
    {
        await using var server = await TestServer.Start();
        var members = string.Join(',', Enumerable.Range(0, 5_000).Select(i => $"\"key-{i}\":{i}"));
        var job = (await server.Post(Some.Job("a", members: members))).Expect(200);
        Contains(members, job);
        var changed = (await server.Put("jobs/a", """{"key-4321":null,"new":1}""")).Expect(200);
        Contains("\"key-4320\":4320,\"key-4321\":null,\"key-4322\":4322", changed);
        Assert.AreEqual(job.Names + " new", changed.Names);
    }

    [TestMethod]
    [DataRow("[", "]")]
    [DataRow("{\"a\":", "}")]
    public async Task Values_may_nest_up_to_256_levels(string open, string close)
    {
        await using var server = await TestServer.Start();
        // The job itself is the first level.
        string Nested(int levels) => Repeat(open, levels - 1) + "0" + Repeat(close, levels - 1);
        static string Repeat(string text, int times) => string.Concat(Enumerable.Repeat(text, times));
        (await server.Post(Some.Job("a", members: $"\"deep\":{Nested(MaxDepth)}"))).Expect(200);
        (await server.Put("jobs/a", $$"""{"more":{{Nested(MaxDepth)}}}""")).Expect(200);
        (await server.Post(Some.Job("b", members: $"\"deep\":{Nested(MaxDepth + 1)}"))).Expect(400, "Invalid JSON");
        (await server.Post(Some.Job("b", members: $"\"deep\":{Nested(100_000)}"))).Expect(400, "Invalid JSON");
        await server.Restart();
        Contains($"\"deep\":{Nested(MaxDepth)}", (await server.Get("jobs")).Expect(200));
    }

    [TestMethod]
    [DataRow("FF")]
    [DataRow("C3")]
    [DataRow("C328")]
    [DataRow("C0AF")]
    [DataRow("EDA080")]
    [DataRow("F4908080")]
    [DataRow("E28228")]
    [DataRow("80")]
    public async Task Invalid_UTF8_answers_400(string hex)
    {
        await using var server = await TestServer.Start();
        byte[] Body(string name, string value) =>
        [
            .. Encoding.UTF8.GetBytes($"{{\"template\":{Some.Template},\"{name}"), .. name == "" ? Convert.FromHexString(hex) : [],
            .. Encoding.UTF8.GetBytes($"\":\"{value}"), .. name == "" ? [] : Convert.FromHexString(hex), .. "\"}"u8,
        ];
        (await server.Send("POST", "jobs", Body("name", "x"), TestClient.JsonContent)).Expect(400, "Invalid JSON");
        (await server.Send("POST", "jobs", Body("", "x"), TestClient.JsonContent)).Expect(400, "Invalid JSON");
        (await server.Post(Some.Job("a"))).Expect(200);
        (await server.Send("PUT", "jobs/a", Body("name", "x"), TestClient.JsonContent)).Expect(400, "Invalid JSON");
        Assert.AreEqual("a", (await server.Get("jobs")).Expect(200).Uids);
    }

    [TestMethod]
    [DataRow("\"state\":\"\\ud800\"")]
    [DataRow("\"tags\":\"\\ud800,a\"")]
    [DataRow("\"type\":\"\\ud800\"")]
    [DataRow("\"priority\":\"\\ud800\"")]
    [DataRow("\"error\":[\"\\ud800\",{\"a\":\"\\udc00\"},\"\\ud83d\",\"\\ude00\"]")]
    [DataRow("\"assets\":[{\"type\":\"static\",\"src\":\"\\ud800\"}]")]
    [DataRow("\"\\ud800\":1,\"\\udc00\":2")]
    public async Task A_lone_surrogate_is_preserved_anywhere(string member)
    {
        await using var server = await TestServer.Start();
        (await server.Post(Some.Job("first"))).Expect(200);
        var job = (await server.Post($$"""{"template":{{Some.Template}},{{member}}}""")).Expect(200);
        await server.Restart();
        Contains(job.Text, (await server.Get("jobs")).Expect(200));
        (await server.Get("jobs/status")).Expect(200);
        (await server.Get("jobs/pickup")).Expect(200, "first");
        (await server.Get("jobs/pickup/a,b")).Expect(200);
        (await server.Get("jobs/pickup")).Expect(200);
        await server.Restart();
        Assert.AreEqual(2, (await server.Get("jobs")).Expect(200).Json.GetArrayLength());
    }

    [TestMethod]
    [DataRow("\"state\":\"\\ud800\"")]
    [DataRow("\"executor\":\"\\ud800\"")]
    [DataRow("\"error\":[\"\\ud800\",[\"\\udc00\"]]")]
    [DataRow("\"tags\":\"\\ud800\"")]
    public async Task A_lone_surrogate_in_an_update_is_preserved(string member)
    {
        await using var server = await TestServer.Start();
        (await server.Post(Some.Job("a"))).Expect(200);
        var job = (await server.Put("jobs/a", $"{{{member}}}")).Expect(200);
        (await server.Get("jobs/a/status")).Expect(200);
        await server.Restart();
        Assert.AreEqual($"[{job.Text}]", (await server.Get("jobs")).Expect(200).Text);
        (await server.Delete("jobs/a")).Expect(200, "true");
    }

    [TestMethod]
    public async Task Node_parses_everything_that_was_accepted()
    {
        var node = await NodeRunner.With("@nexrender/api@1.62.0");
        await using var server = await TestServer.Start();
        (await server.Post(Some.FullJob("a"))).Expect(200);
        const string members = """ "x":"\ud800","\udc00":"\u0000","n":1E400,"e":["\ud83d","\ude00"],"u":"\u2028LINE" """;
        (await server.Post(Some.Job("b", members: members.Replace("LINE", "\u2028")))).Expect(200);
        (await server.Put("jobs/b", """{"error":["\ud800",{"a":"\udc00"}]}""")).Expect(200);
        var lengths = await node.Run(
            """
            Promise.all(['jobs', 'jobs/status', 'jobs/b', 'jobs/b/status'].map(async path => {
                const answer = await fetch(`http://127.0.0.1:${process.argv[1]}/api/v1/${path}`)
                return Object.keys(JSON.parse(await answer.text())).length
            })).then(lengths => console.log(lengths.join(' ')))
            """,
            $"{server.Port}");
        Assert.AreEqual("2 2 19 14", lengths.Trim());
    }

    private static void Contains(string part, Answer whole) => Assert.Contains(part, whole.Text);
}
