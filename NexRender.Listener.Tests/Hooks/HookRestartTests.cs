using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Hooks;

/// <summary>Undelivered hooks survive stops and kills.</summary>
[TestClass]
public sealed class HookRestartTests
{
    [TestMethod]
    public async Task After_a_kill_what_was_not_delivered_is_delivered()
    {
        using var run = new HookRun();
        await using (var first = await run.Start())
        {
            await run.End("a");
            await (await run.Receiver.Next()).Answer(500);
            await first.Output.Line("hook failed a: ");
            await run.Written("\"uid\":\"a\"");
            first.Kill();
        }
        await using var second = await run.Start();
        Assert.AreEqual("a", (await run.Receiver.Next(200)).Uid);
        await second.Output.Line("hook delivered a: ");
    }

    [TestMethod]
    public async Task An_end_that_the_file_did_not_know_at_a_kill_is_delivered_with_the_same_id()
    {
        using var run = new HookRun();
        HookRequest lost;
        await using (var first = await run.Start())
        {
            await run.Written("handedUntil");
            var before = await File.ReadAllBytesAsync(run.HooksFile);
            await run.End("a");
            lost = await run.Receiver.Next();
            first.Kill();
            // As if the process had been killed between the commit of the change and the write of the file.
            await File.WriteAllBytesAsync(run.HooksFile, before);
        }
        await using var second = await run.Start();
        CollectionAssert.AreEqual(lost.Body, (await run.Receiver.Next(200)).Body);
    }

    [TestMethod]
    public async Task Under_kill_after_kill_no_end_is_lost()
    {
        using var run = new HookRun();
        var (ended, received, failed) = (new List<string>(), new HashSet<string>(), new HashSet<string>());
        for (var round = 0; round < 8; round++)
        {
            await using var server = await run.Start();
            for (var i = 0; i < 12; i++)
            {
                ended.Add($"job-{round}-{i}");
                await run.End(ended[^1]);
                // Some are answered, some fail, and some are on their way when the server is killed.
                while (run.Receiver.Waiting > round % 3) await Receive(fails: i % 4 == 0);
            }
            server.Kill();
        }
        await using var last = await run.Start();
        while (!received.IsSupersetOf(ended)) await Receive(fails: false);

        async Task Receive(bool fails)
        {
            var request = await run.Receiver.Next();
            // Once for each job, so that none is given up.
            var status = fails && failed.Add(request.Uid) ? 500 : 200;
            // Those of a killed server have nobody who would hear the answer.
            if (await request.TryAnswer(status) && status == 200) received.Add(request.Uid);
        }
    }

    [TestMethod]
    public async Task After_a_stop_what_was_on_its_way_is_delivered_and_nothing_twice()
    {
        using var run = new HookRun();
        await using (var first = await run.Start())
        {
            await run.End("done");
            await run.Receiver.Next(200);
            await first.Output.Line("hook delivered done");
            await run.End("open");
            await run.Receiver.Next();
            Assert.AreEqual(0, await first.Terminate());
        }
        await using var second = await run.Start();
        Assert.AreEqual("open", (await run.Receiver.Next(200)).Uid);
        await run.End("next");
        Assert.AreEqual("next", (await run.Receiver.Next(200)).Uid);
    }

    [TestMethod]
    public async Task Jobs_that_ended_before_the_first_start_with_hooks_are_not_reported()
    {
        using var run = new HookRun();
        await using (var without = await run.StartWithoutHooks())
        {
            await run.End("before");
            without.Kill();
        }
        await using var first = await run.Start();
        await run.End("after");
        Assert.AreEqual("after", (await run.Receiver.Next(200)).Uid);
    }

    [TestMethod]
    public async Task A_start_without_hooks_drops_what_is_undelivered_and_says_so()
    {
        using var run = new HookRun();
        await using (var first = await run.Start())
        {
            await run.End("a");
            await run.Receiver.Next();
            Assert.AreEqual(0, await first.Terminate());
        }
        await using (var without = await run.StartWithoutHooks())
        {
            await without.Errors.Line("undelivered hooks dropped, because there are no longer any hooks: 1$");
            Assert.IsFalse(File.Exists(run.HooksFile));
            await run.End("b");
            Assert.AreEqual(0, await without.Terminate());
        }
        await using var again = await run.Start();
        await run.End("c");
        Assert.AreEqual("c", (await run.Receiver.Next(200)).Uid);
    }

    [TestMethod]
    public async Task A_damaged_file_is_reported_and_ignored()
    {
        using var run = new HookRun();
        await File.WriteAllTextAsync(run.HooksFile, "{ no list");
        await using var server = await run.Start();
        await server.Errors.Line("ignoring a damaged file");
        await run.End("a");
        Assert.AreEqual("a", (await run.Receiver.Next(200)).Uid);
    }
}
