using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Clients;

/// <summary>A program that submits jobs through the unmodified client library.</summary>
[TestClass]
public sealed class SubmitterTests
{
    [TestMethod]
    public async Task A_submitted_job_can_be_listed_fetched_and_removed()
    {
        await using var server = await TestServer.Start();
        await NodeScript.Run(server,
            """
            const client = connect()
            assert.deepEqual(await client.listJobs(), [])
            const emitter = await client.addJob(some({ tags: 'gpu', note: 'Grüße \u2028' }))
            const [created] = await once(emitter, 'created')
            assert.match(created.uid, /^[A-Za-z0-9_-]{21}$/)
            assert.equal(created.state, 'queued')
            assert.equal(validate(created), true)

            assert.deepEqual(await client.listJobs(), [created])
            assert.deepEqual(await client.fetchJob(created.uid), created)
            // The client continues to poll the removed job, which is an error by then.
            emitter.on('error', () => {})
            assert.deepEqual(await client.removeJob(created.uid), { id: created.uid, removed: true })
            assert.deepEqual(await client.listJobs(), [])
            """);
    }

    [TestMethod]
    public async Task The_defaults_are_those_of_the_type_library()
    {
        await using var server = await TestServer.Start();
        await NodeScript.Run(server,
            """
            const given = [{}, { priority: 5, tags: 'a,b', output: 'x' }, { type: 'other', actions: { postrender: [] }, more: [1] }]
            for (const extra of given) {
                const job = JSON.parse((await post(some(extra))).text)
                const expected = JSON.parse(JSON.stringify(create(some({ ...extra, uid: job.uid }))))
                const { creator, updatedAt, createdAt, ...rest } = job
                assert.deepEqual(rest, { ...expected, state: 'queued' })
                assert.deepEqual(Object.keys(rest), Object.keys(expected))
                assert.equal(creator, '127.0.0.1')
                assert.equal(new Date(createdAt).toISOString(), createdAt)
                assert.equal(updatedAt, createdAt)
            }
            """);
    }

    [TestMethod]
    public async Task What_the_type_library_refuses_is_refused_in_its_words()
    {
        await using var server = await TestServer.Start();
        await NodeScript.Run(server,
            """
            const broken = [
                { template: 0 }, { template: {} }, { template: { src: 'x' } }, { template: { src: '', composition: 'x' } },
                { assets: [null] }, { assets: [{}] }, { assets: [{ type: 'unheard-of' }] },
                ...['image', 'audio', 'video'].flatMap(type => [
                    { assets: [{ type }] }, { assets: [{ type, src: 'x' }] }, { assets: [{ type, src: 'x', layerIndex: 0 }] }]),
                { assets: [{ type: 'data' }] }, { assets: [{ type: 'data', layerName: 'x' }] },
                { assets: [{ type: 'data', layerName: 'x', value: null }] },
                { assets: [{ type: 'data', layerName: 'x', expression: 'x' }] },
                { assets: [{ type: 'script' }] }, { assets: [{ type: 'static', src: '' }] },
                { actions: { prerender: [null] } }, { actions: { postrender: [{}] } }, { actions: { prerender: [{ module: '' }] } },
            ]
            for (const extra of broken) {
                const body = some(extra)
                let message
                try { validate(create(body)) } catch (problem) { message = problem.message }
                assert.ok(message, 'the library takes ' + JSON.stringify(body))
                const answer = await post(body)
                assert.equal(answer.status, 400, JSON.stringify(body) + ': ' + answer.text)
                assert.ok(answer.text.includes(message), `${answer.text} should say ${message}`)
                await assert.rejects(connect().addJob(body), { message: answer.text })
            }
            assert.deepEqual(await connect().listJobs(), [])
            """);
    }

    [TestMethod]
    public async Task The_status_object_is_that_of_the_type_library()
    {
        await using var server = await TestServer.Start();
        await NodeScript.Run(server,
            """
            const { uid } = JSON.parse((await post(some({ uid: 'one' }))).text)
            const client = connect({ name: 'render-1' })
            const same = async () => {
                const expected = JSON.stringify(getRenderingStatus(await client.fetchJob(uid)))
                assert.equal((await request(`/jobs/${uid}/status`)).text, expected)
                assert.equal((await request('/jobs/status')).text, `[${expected}]`)
            }
            await same()
            await client.pickupJob()
            await same()
            for (const change of [
                { state: 'render:dorender', renderProgress: 12 }, { error: 'one' }, { error: ['one', 'two'] }, { error: '' }, { error: [] },
                { tags: 'a,b' }, { timings: { render: 1.5 }, renderProgress: 0 }, { state: 'finished', finishedAt: new Date() }]) {
                await client.updateJob(uid, change)
                await same()
            }
            """);
    }

    [TestMethod]
    public async Task An_unknown_job_is_an_error_that_names_it()
    {
        await using var server = await TestServer.Start();
        await NodeScript.Run(server,
            """
            await assert.rejects(connect().fetchJob('nobody'), { message: 'job not found: nobody' })
            await assert.rejects(connect().updateJob('nobody', { state: 'started' }), Error)
            await assert.rejects(connect().resumeJob('nobody'), Error)
            assert.deepEqual(await connect().removeJob('nobody'), { id: 'nobody', removed: false })
            """);
    }

    [TestMethod]
    public async Task A_wrong_secret_throws_and_the_right_one_works()
    {
        await using var server = await TestServer.Start(new ListenerOptions { Secret = "open sesame" });
        await NodeScript.Run(server,
            """
            const message = 'Wrong or no authentication secret provided. Please check the "nexrender-secret" header.'
            for (const secret of [undefined, 'wrong', 'open sesame!']) {
                await assert.rejects(connect({ secret }).listJobs(), { message })
                await assert.rejects(connect({ secret }).addJob(some()), { message })
                await assert.rejects(connect({ secret }).pickupJob(), { message })
            }
            const client = connect({ secret: 'open sesame' })
            await client.addJob(some())
            assert.equal((await client.listJobs()).length, 1)
            """);
    }

    [TestMethod]
    public async Task A_browser_may_ask_first()
    {
        await using var server = await TestServer.Start(new ListenerOptions { Secret = "open sesame" });
        await NodeScript.Run(server,
            """
            const answer = await fetch(host + '/api/v1/jobs', { method: 'OPTIONS' })
            assert.equal(answer.status, 200)
            assert.equal(await answer.text(), 'ok')
            for (const name of ['nexrender-secret', 'nexrender-name', 'Content-Type'])
                assert.ok(answer.headers.get('access-control-allow-headers').split(',').includes(name), name)
            """);
    }
}
