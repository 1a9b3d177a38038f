using NexRender.Listener.Jobs;
using NexRender.Listener.Json;
using NexRender.Listener.Tests.Clients;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Life;

/// <summary>
/// The loop of an unmodified worker, with the real client library and a stand-in for the renderer, on a line that is cut at each of its
/// requests in turn. The job always ends rendered, and no text of an error is lost.
/// </summary>
[TestClass]
public sealed class CutLineTests
{
    // The worker's own loop: the same awaits and the same catches.
    private const string Loop =
        """
        const delay = ms => new Promise(resolve => setTimeout(resolve, ms))
        const work = async (client, render) => {
            const next = async () => {
                while (true) {
                    try {
                        const job = await client.pickupJob()
                        if (job && job.uid) return job
                    } catch (problem) { console.error(problem.message) }
                    await delay(20)
                }
            }
            while (true) {
                let job = await next()
                job.state = 'started'
                job.startedAt = new Date()
                try {
                    await client.updateJob(job.uid, job)
                } catch (problem) { console.error('abandoned', problem.message); continue }
                try {
                    job.onRenderProgress = job => {
                        client.updateJob(job.uid, getRenderingStatus(job)).catch(problem => console.error(problem.message))
                    }
                    job.onRenderError = (job, problem) => {
                        job.error = [].concat(job.error || [], [problem.toString()])
                        client.updateJob(job.uid, getRenderingStatus(job))
                    }
                    await render(job)
                    job.state = 'finished'
                    job.finishedAt = new Date()
                    await client.updateJob(job.uid, getRenderingStatus(job))
                } catch (problem) {
                    job.error = [].concat(job.error || [], [problem.toString()])
                    job.errorAt = new Date()
                    job.state = 'error'
                    await client.updateJob(job.uid, getRenderingStatus(job)).catch(problem => console.error(problem.message))
                }
            }
        }
        const progress = (job, percent) => {
            Object.assign(job, { state: 'render:dorender', renderProgress: percent })
            job.onRenderProgress(job)
        }
        const finished = async () => {
            while (JSON.parse((await request('/jobs/a')).text).state !== 'finished') await delay(20)
        }

        """;

    private static readonly ListenerOptions Options = new()
    {
        PickedTimeout = TimeSpan.FromMilliseconds(300),
        Lease = TimeSpan.FromMilliseconds(300),
        MaxAttempts = 10,
        RetryDelay = TimeSpan.Zero,
    };

    [TestMethod]
    // The pickup, the start, two reports of progress, and the end.
    [DataRow(1, Cut.Request)]
    [DataRow(1, Cut.Answer)]
    [DataRow(2, Cut.Request)]
    [DataRow(2, Cut.Answer)]
    [DataRow(3, Cut.Request)]
    [DataRow(3, Cut.Answer)]
    [DataRow(4, Cut.Request)]
    [DataRow(4, Cut.Answer)]
    [DataRow(5, Cut.Request)]
    [DataRow(5, Cut.Answer)]
    public async Task A_job_is_rendered_and_its_worker_survives(int number, Cut cut)
    {
        await using var server = await TestServer.Start(Options);
        (await server.Post(Some.Job("a"))).Expect(200);
        await using var proxy = new CuttingProxy(server.Port, number, cut);
        await Run(server, proxy, "async job => { progress(job, 30); progress(job, 60) }");
        Assert.IsGreaterThanOrEqualTo(5, proxy.Requests);
        Assert.AreEqual("finished", (await server.Get("jobs/a")).Member("state"));
    }

    [TestMethod]
    // The pickup, the start, and the failure.
    [DataRow(1, Cut.Request)]
    [DataRow(1, Cut.Answer)]
    [DataRow(2, Cut.Request)]
    [DataRow(2, Cut.Answer)]
    [DataRow(3, Cut.Request)]
    [DataRow(3, Cut.Answer)]
    public async Task A_job_that_fails_at_first_is_rendered_eventually(int number, Cut cut)
    {
        await using var server = await TestServer.Start(Options);
        (await server.Post(Some.Job("a"))).Expect(200);
        await using var proxy = new CuttingProxy(server.Port, number, cut);
        await Run(server, proxy, "(() => { let times = 0; return async () => { if (times++ === 0) throw new Error('broken') } })()");
        var job = await server.Get("jobs/a");
        Assert.AreEqual("finished", job.Member("state"));
        // The server never received the error; it knows only that the reports ended.
        var isHeard = (number, cut) != (3, Cut.Request);
        Assert.Contains(isHeard ? "broken" : "no report from the worker", job.Raw("attempts"));
    }

    [TestMethod]
    [DataRow(Cut.Request)]
    [DataRow(Cut.Answer)]
    public async Task A_worker_killed_by_a_lost_response_leaves_its_job_to_the_next(Cut cut)
    {
        await using var server = await TestServer.Start(Options);
        (await server.Post(Some.Job("a"))).Expect(200);
        await using (var proxy = new CuttingProxy(server.Port, 3, cut))
        {
            // The worker neither awaits this request nor catches its failure, so its process ends, whatever a server does.
            await NodeScript.Run(server, Loop + Connection(proxy) +
                """
                process.on('unhandledRejection', () => process.exit(0))
                await work(client, async job => { job.state = 'started'; job.onRenderError(job, new Error('warned')); await delay(60000) })
                """);
        }

        await using var whole = new CuttingProxy(server.Port, 0, Cut.Request);
        await Run(server, whole, "async () => {}");
        var attempts = (await server.Get("jobs/a")).Raw("attempts");
        Assert.Contains("no report from the worker", attempts);
        if (cut == Cut.Answer) Assert.Contains("warned", attempts);
    }

    private static string Connection(CuttingProxy proxy) =>
        $"const client = connect({{ host: 'http://127.0.0.1:{proxy.Port}', name: 'w' }})\n";

    /// <summary>Lets a worker work until the job is finished; the death of the worker is a failure.</summary>
    private static Task Run(TestServer server, CuttingProxy proxy, string render) =>
        NodeScript.Run(server, $"{Loop}{Connection(proxy)}await Promise.race([work(client, {render}), finished()])\n");
}
