using System.Text.Json.Nodes;
using NexRender.Listener.Jobs;
using NexRender.Listener.Json;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Life;

/// <summary>
/// The table of the effects of reports, row by row: by the phase of the job, and by whether the report is of the job's present (or last)
/// attempt or of one that lost the job before. The columns: start, progress, render error, finish, fail, requeue.
/// </summary>
[TestClass]
public sealed class TransitionTableTests
{
    private const string NewText = "said by this report";

    [TestMethod]
    [DataRow("queued own", "refuse ignore ignore end-late ignore ignore")]
    [DataRow("queued foreign", "refuse ignore ignore end-late ignore ignore")]
    [DataRow("waiting own", "refuse ignore ignore end-late ignore ignore")]
    [DataRow("waiting foreign", "refuse ignore ignore end-late ignore ignore")]
    [DataRow("paused own", "refuse ignore ignore end-late ignore ignore")]
    [DataRow("paused foreign", "refuse ignore ignore end-late ignore ignore")]
    [DataRow("picked own", "begin ignore ignore ignore ignore ignore")]
    [DataRow("picked foreign", "refuse ignore ignore end-late ignore ignore")]
    [DataRow("running own", "ignore advance add-error end end requeue")]
    [DataRow("running foreign", "refuse ignore ignore end-late ignore ignore")]
    [DataRow("finished own", "ignore add-error add-error add-error add-error ignore")]
    [DataRow("finished foreign", "refuse ignore ignore ignore ignore ignore")]
    [DataRow("failed own", "ignore add-error add-error add-error add-error ignore")]
    [DataRow("failed foreign", "refuse ignore ignore ignore ignore ignore")]
    [DataRow("cancelled own", "refuse ignore ignore ignore ignore ignore")]
    [DataRow("cancelled foreign", "refuse ignore ignore ignore ignore ignore")]
    public async Task A_report_does_what_the_table_says(string row, string outcomes)
    {
        await using var farm = await Farm.Start();
        var (phase, isOwn) = (row.Split(' ')[0], row.EndsWith("own", StringComparison.Ordinal));
        string[] reports = ["start", "progress", "render-error", "finish", "fail", "put-back"];
        foreach (var (report, outcome) in reports.Zip(outcomes.Split(' ')))
        {
            var (holder, lost) = await Bring(farm, report, phase);
            var sender = isOwn ? holder : lost;
            var before = await farm.Job(report);
            var answer = await Send(sender, report);
            Judge(outcome, sender, before, answer, await farm.Job(report), $"{row}, {report}");
            (await farm.Server.Delete($"jobs/{report}")).Expect(200);
        }
    }

    /// <summary>Brings a new job into a phase; another worker had it before, and lost it.</summary>
    private static async Task<(Worker Holder, Worker Lost)> Bring(Farm farm, string uid, string phase)
    {
        var (holder, lost) = (farm.Worker("holder"), farm.Worker("lost"));
        if (phase == "waiting") await PostDependent(farm, uid);
        else await farm.Post(uid);
        await lost.Render(uid, percent: 20);
        (await farm.Edit(uid, """{"state":"queued"}""")).Expect(200);
        await holder.Take(uid);
        if (phase == "picked") return (holder, lost);
        (await holder.Start()).Expect(200);
        (await holder.RenderError("said before")).Expect(200);
        (await holder.Progress(50)).Expect(200);
        if (phase == "finished") (await holder.Finish()).Expect(200);
        if (phase == "failed") (await holder.Fail("said at the end")).Expect(200);
        if (phase == "cancelled") (await farm.Act(uid, "cancel")).Expect(200);
        if (phase == "waiting") await MakeWait(farm, holder);
        if (phase is "queued" or "paused") (await farm.Edit(uid, """{"state":"queued"}""")).Expect(200);
        if (phase == "paused") (await farm.Act(uid, "pause")).Expect(200);
        return (holder, lost);
    }

    /// <summary>Creates a job that depends on one that has finished, so it is queued.</summary>
    private static async Task PostDependent(Farm farm, string uid)
    {
        await farm.Post($"first-of-{uid}");
        (await farm.Edit($"first-of-{uid}", """{"state":"finished"}""")).Expect(200);
        (await farm.Server.Post(Some.Job(uid, members: $"\"dependsOn\":[\"first-of-{uid}\"]"))).Expect(200);
    }

    /// <summary>Ends the attempt of a job and retries it, after the job that it depends on went back from its end.</summary>
    private static async Task MakeWait(Farm farm, Worker holder)
    {
        (await farm.Edit($"first-of-{holder.Uid}", """{"state":"paused"}""")).Expect(200);
        (await holder.Fail("said at the end")).Expect(200);
        Assert.AreEqual("waiting", (await farm.Act(holder.Uid, "retry")).Expect(200).Member("state"));
    }

    private static Task<Answer> Send(Worker worker, string report) => report switch
    {
        "start" => worker.Start(),
        "progress" => worker.Progress(60, NewText),
        "render-error" => worker.RenderError(NewText),
        "finish" => worker.Finish(NewText),
        "fail" => worker.Fail(NewText),
        _ => worker.PutBack(NewText),
    };

    private static void Judge(string outcome, Worker sender, Answer before, Answer answer, Answer after, string where)
    {
        Assert.AreEqual(outcome == "refuse" ? 409 : 200, answer.Status, $"{where}: {answer.Text}");
        if (outcome is "refuse" or "ignore") Assert.AreEqual(before.Text, after.Text, where);
        if (outcome == "ignore") Assert.AreEqual(after.Member("state"), answer.Member("state"), where);
        if (outcome is "refuse" or "ignore") return;
        Assert.AreEqual(answer.Text, after.Text, where);
        var (expected, actual) = (JsonNode.Parse(before.Text)!.AsObject(), JsonNode.Parse(after.Text)!.AsObject());
        switch (outcome)
        {
            case "begin":
                Assert.AreEqual("started", after.Member("state"), where);
                Assert.AreEqual(sender.StartedAt, after.Member("startedAt"), where);
                break;
            case "advance":
                Assert.AreEqual("render:dorender", after.Member("state"), where);
                Assert.AreEqual("60", after.Member("renderProgress"), where);
                Assert.Contains(NewText, after.Raw("error"), where);
                break;
            case "end":
                Assert.AreEqual(where.EndsWith("finish", StringComparison.Ordinal) ? "finished" : "error", after.Member("state"), where);
                Assert.Contains("said before", after.Raw("error"), where);
                Assert.Contains(NewText, after.Raw("error"), where);
                break;
            case "end-late":
                Assert.AreEqual("finished", after.Member("state"), where);
                Assert.AreEqual(sender.StartedAt, after.Member("startedAt"), where);
                Assert.AreEqual(sender.Name, after.Member("executor"), where);
                Assert.AreEqual(NewText, after.Member("error"), where);
                break;
            case "add-error":
                Assert.Contains("said before", after.Raw("error"), where);
                Assert.Contains(NewText, after.Raw("error"), where);
                foreach (var name in new[] { "error", "updatedAt" }) Assert.IsTrue(expected.Remove(name) & actual.Remove(name), where);
                Assert.AreEqual(expected.ToJsonString(), actual.ToJsonString(), where);
                break;
            case "requeue":
                Assert.AreEqual("queued", after.Member("state"), where);
                Assert.DoesNotContain("startedAt", after.Names.Split(' '), where);
                Assert.DoesNotContain("error", after.Names.Split(' '), where);
                break;
            default:
                Assert.Fail($"{where}: {outcome} is no outcome.");
                break;
        }
    }
}
