using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Clients;

/// <summary>An unmodified worker from its pickup to its last report, and the events that the submitter gets.</summary>
[TestClass]
public sealed class WorkerTests
{
    // The worker's calls in the order and the shape in which it makes them.
    private const string Worker =
        """
        const worker = options => {
            const client = connect({ name: 'render-1', headers: { 'user-agent': 'nexrender-worker/1.63.3' }, ...options })
            const life = {
                client,
                pickup: async selector => life.job = await client.pickupJob(selector),
                start: () => {
                    Object.assign(life.job, { state: 'started', startedAt: new Date() })
                    return client.updateJob(life.job.uid, life.job)
                },
                progress: percent => {
                    Object.assign(life.job, { state: 'render:dorender', renderProgress: percent })
                    return client.updateJob(life.job.uid, getRenderingStatus(life.job))
                },
                renderError: text => {
                    life.job.error = [].concat(life.job.error || [], text)
                    return client.updateJob(life.job.uid, getRenderingStatus({ ...life.job, state: 'started' }))
                },
                finish: () => {
                    Object.assign(life.job, { state: 'finished', finishedAt: new Date() })
                    return client.updateJob(life.job.uid, getRenderingStatus(life.job))
                },
                fail: text => {
                    Object.assign(life.job, { state: 'error', error: text, errorAt: new Date() })
                    return client.updateJob(life.job.uid, getRenderingStatus(life.job))
                },
            }
            return life
        }

        """;

    [TestMethod]
    public async Task The_submitter_gets_every_event_of_a_job()
    {
        await using var server = await TestServer.Start();
        await NodeScript.Run(server, Worker +
            """
            const emitter = await connect().addJob(some({ tags: 'gpu,4k' }))
            const life = worker()
            const picked = await life.pickup()
            assert.equal(picked.state, 'picked')
            assert.equal(picked.executor, 'render-1')

            let heard = once(emitter, 'started')
            await life.start()
            const [started] = await heard
            assert.equal(started.startedAt, life.job.startedAt.toISOString())
            assert.equal(started.jobExecutor, 'render-1')

            heard = once(emitter, 'progress')
            await life.progress(37)
            const [, percent] = await heard
            assert.equal(percent, 37)

            heard = Promise.all([once(emitter, 'finished'), once(emitter, 'progress')])
            await life.finish()
            const [[finished]] = await heard
            assert.equal(finished.finishedAt, life.job.finishedAt.toISOString())

            const job = await life.client.fetchJob(picked.uid)
            assert.equal(job.state, 'finished')
            assert.equal(job.renderProgress, 37)
            assert.equal(job.tags, 'gpu,4k')
            assert.deepEqual(job.template, picked.template)
            assert.equal(job.createdAt, picked.createdAt)
            """);
    }

    [TestMethod]
    public async Task The_submitter_gets_the_reason_of_a_failed_render()
    {
        await using var server = await TestServer.Start();
        await NodeScript.Run(server, Worker +
            """
            const emitter = await connect().addJob(some())
            const life = worker()
            await life.pickup()
            await life.start()
            await life.renderError('After Effects said no')
            const heard = failure(emitter)
            await life.fail('nexrender: error: After Effects said no')
            const status = await heard
            assert.equal(status.state, 'error')
            assert.match(status.error, /After Effects said no/)
            assert.equal(status.errorAt, life.job.errorAt.toISOString())
            """);
    }

    [TestMethod]
    public async Task A_job_submitted_by_another_can_be_followed()
    {
        await using var server = await TestServer.Start();
        await NodeScript.Run(server, Worker +
            """
            const { uid } = JSON.parse((await post(some())).text)
            const life = worker()
            await life.pickup()
            await life.start()
            const emitter = await connect().resumeJob(uid)
            const heard = once(emitter, 'finished')
            await life.finish()
            const [finished] = await heard
            assert.equal(finished.uid, uid)
            """);
    }

    [TestMethod]
    public async Task Reports_that_overtake_each_other_are_all_answered()
    {
        await using var server = await TestServer.Start();
        await NodeScript.Run(server, Worker +
            """
            await post(some())
            const life = worker()
            await life.pickup()
            await life.start()
            // The worker does not wait for the responses to its progress reports.
            const reports = []
            for (let percent = 1; percent <= 100; percent++) reports.push(life.progress(percent))
            for (const answer of await Promise.all(reports)) assert.equal(answer.uid, life.job.uid)
            await life.finish()
            assert.equal((await life.client.fetchJob(life.job.uid)).state, 'finished')
            """);
    }

    [TestMethod]
    public async Task Nothing_to_do_is_an_object_without_uid()
    {
        await using var server = await TestServer.Start();
        await NodeScript.Run(server, Worker +
            """
            assert.deepEqual(await worker().pickup(), {})
            assert.deepEqual(await worker().pickup('gpu'), {})
            await post(some())
            assert.deepEqual(await worker().pickup('gpu'), {})
            """);
    }

    [TestMethod]
    public async Task A_selector_is_sent_unescaped_except_for_spaces()
    {
        await using var server = await TestServer.Start();
        await NodeScript.Run(server, Worker +
            """
            for (const [uid, tags] of [['a', 'cpu'], ['b', 'gpu'], ['c', 'night shift'], ['d', 'cpu,last']]) await post(some({ uid, tags }))
            assert.equal((await worker().pickup('gpu,other')).uid, 'b')
            assert.equal((await worker().pickup('other, night shift')).uid, 'c')
            assert.equal((await worker().pickup('last')).uid, 'd')
            assert.equal((await worker().pickup()).uid, 'a')
            """);
    }

    [TestMethod]
    public async Task Workers_without_a_name_are_known_by_their_address()
    {
        await using var server = await TestServer.Start();
        await NodeScript.Run(server, Worker +
            """
            await post(some())
            assert.equal((await worker({ name: undefined }).pickup()).executor, '127.0.0.1')
            await post(some())
            const proxied = worker({ name: undefined, headers: { 'x-forwarded-for': '10.1.2.3' } })
            assert.equal((await proxied.pickup()).executor, '10.1.2.3')
            """);
    }

    [TestMethod]
    public async Task A_job_removed_during_its_render_does_not_kill_the_worker()
    {
        await using var server = await TestServer.Start();
        await NodeScript.Run(server, Worker +
            """
            await post(some({ uid: 'gone' }))
            const life = worker()
            await life.pickup()
            await life.start()
            await connect().removeJob('gone')
            assert.deepEqual(await life.progress(50), { uid: 'gone', state: 'render:dorender', removed: true })
            assert.deepEqual(await life.renderError('late'), { uid: 'gone', state: 'started', removed: true })
            assert.deepEqual(await life.finish(), { uid: 'gone', state: 'finished', removed: true })
            assert.deepEqual(await connect().listJobs(), [])
            """);
    }

    [TestMethod]
    public async Task A_job_removed_before_its_render_is_dropped_by_the_worker()
    {
        await using var server = await TestServer.Start();
        await NodeScript.Run(server, Worker +
            """
            await post(some({ uid: 'gone' }))
            const life = worker()
            await life.pickup()
            await connect().removeJob('gone')
            await assert.rejects(life.start(), Error)
            """);
    }

    [TestMethod]
    public async Task An_interrupted_worker_puts_the_job_back_in_its_place()
    {
        await using var server = await TestServer.Start();
        await NodeScript.Run(server, Worker +
            """
            for (const uid of ['first', 'second']) await post(some({ uid }))
            const life = worker()
            await life.pickup()
            await life.start()
            await life.client.updateJob('first', getRenderingStatus({ ...life.job, state: 'queued' }))
            assert.equal((await worker().pickup()).uid, 'first')
            """);
    }
}
