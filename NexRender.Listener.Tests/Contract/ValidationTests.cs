using NexRender.Listener.Jobs;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Contract;

/// <summary>The members that a job must have, with the messages of the original.</summary>
[TestClass]
public sealed class ValidationTests
{
    private const string NoLayer = "must have either layerName or layerIndex defined";

    [TestMethod]
    [DataRow("", "job must have uid")]
    [DataRow("\"uid\":null", "job must have uid")]
    [DataRow("\"uid\":0", "job must have uid")]
    [DataRow("\"uid\":-0.0e5", "job must have uid")]
    [DataRow("\"uid\":false", "job must have uid")]
    [DataRow("\"uid\":true", "uid")]
    [DataRow("\"uid\":{}", "uid")]
    [DataRow("\"template\":null", "job must have template object defined")]
    [DataRow("\"template\":\"\"", "job must have template object defined")]
    [DataRow("\"template\":{}", "job must have template.src defined")]
    [DataRow("\"template\":7", "job must have template.src defined")]
    [DataRow("\"template\":[]", "job must have template.src defined")]
    [DataRow("\"template\":{\"src\":\"\",\"composition\":\"c\"}", "job must have template.src defined")]
    [DataRow("\"template\":{\"src\":\"s\"}", "job must have template.composition defined")]
    [DataRow("\"template\":{\"src\":\"s\",\"composition\":false}", "job must have template.composition defined")]
    [DataRow("\"assets\":null", "assets")]
    [DataRow("\"assets\":{}", "assets")]
    [DataRow("\"assets\":\"none\"", "assets")]
    [DataRow("\"actions\":null", "job must have actions defined")]
    [DataRow("\"actions\":0", "job must have actions defined")]
    [DataRow("\"actions\":\"\"", "job must have actions defined")]
    public async Task A_job_that_lacks_something_answers_400(string member, string message)
    {
        await using var server = await TestServer.Start();
        (await server.Post(member.Length == 0 ? Some.Job("") : $$"""{"template":{{Some.Template}},{{member}}}""")).Expect(400, message);
        Assert.AreEqual("[]", (await server.Get("jobs")).Expect(200).Text);
    }

    [TestMethod]
    [DataRow("null", "job asset should not be empty")]
    [DataRow("0", "job asset should not be empty")]
    [DataRow("\"\"", "job asset should not be empty")]
    [DataRow("{}", "job asset must have type defined")]
    [DataRow("[]", "job asset must have type defined")]
    [DataRow("{\"type\":\"\"}", "job asset must have type defined")]
    [DataRow("{\"type\":\"image\",\"layerName\":\"l\"}", "job asset[image] must have src defined")]
    [DataRow("{\"type\":\"audio\",\"layerName\":\"l\"}", "job asset[audio] must have src defined")]
    [DataRow("{\"type\":\"video\",\"layerIndex\":1,\"src\":null}", "job asset[video] must have src defined")]
    [DataRow("{\"type\":\"image\",\"src\":\"s\"}", "job asset[image/video] " + NoLayer)]
    [DataRow("{\"type\":\"audio\",\"src\":\"s\",\"layerIndex\":0}", "job asset[audio/video] " + NoLayer)]
    [DataRow("{\"type\":\"video\",\"src\":\"s\",\"layerName\":\"\"}", "job asset[video/video] " + NoLayer)]
    [DataRow("{\"type\":\"data\",\"value\":1,\"property\":\"p\"}", "job asset[data] " + NoLayer)]
    [DataRow("{\"type\":\"data\",\"layerName\":\"l\",\"property\":\"p\"}", "job asset[data] must have value and/or expression defined")]
    [DataRow(
        "{\"type\":\"data\",\"layerName\":\"l\",\"property\":\"p\",\"expression\":\"\"}",
        "job asset[data] must have value and/or expression defined")]
    [DataRow("{\"type\":\"data\",\"layerName\":\"l\",\"value\":1}", "job asset[data] must have property defined")]
    [DataRow("{\"type\":\"script\"}", "job asset[script] must have src defined")]
    [DataRow("{\"type\":\"static\",\"src\":\"\"}", "job asset[static] must have src defined")]
    [DataRow("{\"type\":\"sound\",\"src\":\"s\"}", "unknown job asset type: sound")]
    public async Task An_asset_that_lacks_something_answers_400(string asset, string message)
    {
        await using var server = await TestServer.Start();
        // After a valid one, so that not only the first is checked.
        (await server.Post(Some.Job("a", members: $$"""
            "assets":[{"type":"static","src":"s"},{{asset}}]
            """))).Expect(400, message);
        (await server.Get("jobs/a")).Expect(404);
    }

    [TestMethod]
    [DataRow("{\"type\":\"data\",\"layerName\":\"l\",\"property\":\"p\",\"value\":null}")]
    [DataRow("{\"type\":\"data\",\"layerName\":\"l\",\"property\":\"p\",\"value\":\"\"}")]
    [DataRow("{\"type\":\"data\",\"layerIndex\":1,\"property\":\"p\",\"value\":false}")]
    [DataRow("{\"type\":\"data\",\"layerIndex\":1,\"property\":\"p\",\"expression\":\"e\"}")]
    [DataRow("{\"type\":\"image\",\"src\":\"s\",\"layerIndex\":-1}")]
    [DataRow("{\"type\":\"audio\",\"src\":{},\"layerName\":[]}")]
    [DataRow("{\"type\":\"script\",\"src\":\"s\"}")]
    public async Task An_asset_that_has_everything_is_taken(string asset)
    {
        await using var server = await TestServer.Start();
        Assert.AreEqual($"[{asset}]", (await server.Post(Some.Job("a", members: $"\"assets\":[{asset}]"))).Expect(200).Raw("assets"));
    }

    [TestMethod]
    [DataRow("prerender", "null", "job action must be defined")]
    [DataRow("postrender", "0", "job action must be defined")]
    [DataRow("prerender", "{}", "job action must have module defined")]
    [DataRow("postrender", "{\"module\":\"\"}", "job action must have module defined")]
    [DataRow("postrender", "[]", "job action must have module defined")]
    public async Task An_action_that_lacks_something_answers_400(string when, string action, string message)
    {
        await using var server = await TestServer.Start();
        (await server.Post(Some.Job("a", members: $$"""
            "actions":{"{{when}}":[{"module":"m"},{{action}}]}
            """))).Expect(400, message);
    }

    [TestMethod]
    public async Task Actions_of_unknown_phases_are_not_validated()
    {
        await using var server = await TestServer.Start();
        (await server.Post(Some.Job("a", members: "\"actions\":{\"later\":[null]}"))).Expect(200);
    }

    [TestMethod]
    [DataRow("{\"state\":null}", "job must have state")]
    [DataRow("{\"state\":\"\"}", "job must have state")]
    [DataRow("{\"state\":0}", "job must have state")]
    [DataRow("{\"template\":null}", "job must have template object defined")]
    [DataRow("{\"template\":{\"src\":\"s\"}}", "job must have template.composition defined")]
    [DataRow("{\"assets\":[{\"type\":\"script\"}]}", "job asset[script] must have src defined")]
    [DataRow("{\"assets\":null}", "assets")]
    [DataRow("{\"actions\":null}", "job must have actions defined")]
    [DataRow("{\"actions\":{\"prerender\":[{}]}}", "job action must have module defined")]
    public async Task An_update_that_makes_the_job_invalid_answers_400_and_changes_nothing(string change, string message)
    {
        await using var server = await TestServer.Start();
        var job = (await server.Post(Some.FullJob("a"))).Expect(200);
        (await server.Put("jobs/a", change)).Expect(400, message);
        Assert.AreEqual(job.Text, (await server.Get("jobs/a")).Expect(200).Text);
    }
}
