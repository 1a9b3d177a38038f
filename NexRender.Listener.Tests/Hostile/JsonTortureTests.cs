using System.Text;
using NexRender.Listener.Jobs;
using NexRender.Listener.Json;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Hostile;

/// <summary>
/// Documents that have broken parsers: y is valid and must be accepted, n is not and must be refused, i may be either. An accepted one is
/// listed, survives a restart and an update, and is read by a strict parser.
/// </summary>
[TestClass]
public sealed class JsonTortureTests
{
    [TestMethod]
    public async Task A_valid_document_is_accepted_as_a_value_and_kept()
    {
        await using var server = await TestServer.Start();
        for (var i = 0; i < Documents.Valid.Length; i++)
        {
            var value = Documents.Valid[i];
            var answer = await server.Post(Some.Job($"y-{i}", members: $"\"value\":{value}"));
            Assert.AreEqual(200, answer.Status, $"{value} was refused: {answer.Text}");
        }

        await server.Restart();
        var list = (await server.Get("jobs")).Expect(200).Json;
        Assert.AreEqual(Documents.Valid.Length, list.GetArrayLength());
        for (var i = 0; i < Documents.Valid.Length; i++)
        {
            var kept = Encoding.UTF8.GetString(JsonWithoutWhitespace(Documents.Valid[i]));
            Assert.AreEqual(kept, list[i].GetProperty("value").GetRawText());
        }
    }

    [TestMethod]
    public async Task An_invalid_document_is_refused_in_every_position()
    {
        await using var server = await TestServer.Start();
        (await server.Post(Some.Job("there"))).Expect(200);
        foreach (var document in Documents.Invalid)
        {
            byte[] inside = [.. Encoding.UTF8.GetBytes($"{{\"template\":{Some.Template},\"value\":"), .. document, .. "}"u8];
            foreach (var body in new[] { inside, document })
            {
                var shown = Convert.ToHexString(body) + " " + Encoding.UTF8.GetString(body);
                Assert.AreEqual(400, (await server.Send("POST", "jobs", body, TestClient.JsonContent)).Status, shown);
                Assert.AreEqual(400, (await server.Send("PUT", "jobs/there", body, TestClient.JsonContent)).Status, shown);
            }
        }

        Assert.AreEqual("there", (await server.Get("jobs")).Expect(200).Uids);
    }

    [TestMethod]
    public async Task A_disputed_document_breaks_nothing()
    {
        await using var server = await TestServer.Start();
        var taken = new List<string>();
        foreach (var document in Documents.Either)
        {
            var uid = $"i-{taken.Count}";
            var head = $"{{\"uid\":\"{uid}\",\"template\":{Some.Template},\"value\":";
            byte[] body = [.. Encoding.UTF8.GetBytes(head), .. document, .. "}"u8];
            var answer = await server.Send("POST", "jobs", body, TestClient.JsonContent);
            Assert.IsTrue(answer.Status is 200 or 400, $"{answer.Status} {answer.Text}");
            if (answer.Status == 200) taken.Add(uid);
        }

        await server.Restart();
        Assert.AreEqual(string.Join(' ', taken), (await server.Get("jobs")).Expect(200).Uids);
        foreach (var uid in taken)
        {
            (await server.Get($"jobs/{uid}/status")).Expect(200);
            (await server.Put($"jobs/{uid}", """{"x":1}""")).Expect(200);
        }
    }

    [TestMethod]
    public async Task Ten_megabytes_in_one_string_are_kept()
    {
        await using var server = await TestServer.Start();
        var text = new string('x', 10_000_000);
        (await server.Post(Some.Job("large", members: $"\"value\":\"{text}\""))).Expect(200);
        await server.Restart();
        Assert.AreEqual(text, (await server.Get("jobs/large")).Expect(200).Member("value"));
    }

    // Only for documents without whitespace inside strings.
    private static byte[] JsonWithoutWhitespace(string json) =>
        Encoding.UTF8.GetBytes(json.Contains('"') ? json : string.Concat(json.Split(' ', '\t', '\r', '\n')));
}
