using System.Text.Json;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Redis.Fixtures;

/// <summary>
/// Submitters and workers that use the client library from npm, each at the first of two addresses that answers. They record what they were
/// told, and compare it at the end with what the servers show.
/// </summary>
internal sealed class UnmodifiedClients : IAsyncDisposable
{
    private const int Terminated = 15;

    private const string Script =
        """
        const { createClient } = require('@nexrender/api')
        const { getRenderingStatus } = require('@nexrender/types').job
        const hosts = process.argv.slice(1)
        const submitted = new Map(), owners = new Map(), finished = new Set(), wrong = []
        const counts = { submitted: 0, picked: 0, finished: 0, failures: 0 }
        let stopping = false
        const sleep = ms => new Promise(resolve => setTimeout(resolve, ms))

        // Tries the addresses in turn until one answers; `again` is false for what must not be sent twice.
        const at = options => {
            const clients = hosts.map(host => createClient({ host, polling: 1000, ...options }))
            let index = 0
            return async (call, again) => {
                for (;;) {
                    try {
                        return await call(clients[index])
                    } catch (problem) {
                        counts.failures++
                        index = (index + 1) % clients.length
                        if (!again) return null
                        await sleep(50)
                    }
                }
            }
        }

        const submit = async number => {
            if (number % 2) hosts.reverse()
            const send = at({})
            for (let i = 0; !stopping; i++) {
                const uid = `s${number}-${i}`
                const emitter = await send(client => client.addJob({ uid, template: { src: 'file:///a.aep', composition: 'main' } }), false)
                if (emitter) {
                    emitter.on('error', () => {})
                    submitted.set(uid, true)
                    counts.submitted++
                }
                await sleep(25)
            }
        }

        const work = async number => {
            if (number % 2) hosts.reverse()
            const name = `w${number}`
            const send = at({ name })
            while (!stopping) {
                const job = await send(client => client.pickupJob(), false)
                if (!job || !job.uid) {
                    await sleep(50)
                    continue
                }
                counts.picked++
                if (owners.has(job.uid)) wrong.push(`${job.uid} was handed to ${owners.get(job.uid)} and to ${name}`)
                owners.set(job.uid, name)
                if (job.executor !== name) wrong.push(`${job.uid} was handed to ${name} as ${job.executor}`)
                Object.assign(job, { state: 'started', startedAt: new Date() })
                await send(client => client.updateJob(job.uid, job), true)
                Object.assign(job, { state: 'finished', finishedAt: new Date() })
                await send(client => client.updateJob(job.uid, getRenderingStatus(job)), true)
                finished.add(job.uid)
                counts.finished++
            }
        }

        const compare = async () => {
            const jobs = new Map((await at({})(client => client.listJobs(), true)).map(job => [job.uid, job]))
            for (const uid of submitted.keys()) if (!jobs.has(uid)) wrong.push(`${uid} was acknowledged, and is lost`)
            for (const uid of finished) {
                const job = jobs.get(uid)
                if (job && (job.state !== 'finished' || job.executor !== owners.get(uid)))
                    wrong.push(`${uid} was finished by ${owners.get(uid)}, and is ${job.state} by ${job.executor}`)
            }
            // Handed out by an answer that never arrived: after --picked-timeout somebody else gets them.
            counts.unclaimed = [...jobs.values()].filter(job => job.state === 'picked' && !owners.has(job.uid)).length
        }

        process.on('SIGTERM', () => stopping = true)
        console.log('running')
        Promise.all([0, 1, 2].map(submit).concat([0, 1, 2, 3].map(work))).then(compare).then(() => {
            console.log(JSON.stringify({ ...counts, wrong }))
            process.exit(0)
        })
        """;

    private readonly ChildProcess _node;

    private UnmodifiedClients(ChildProcess node) => _node = node;

    /// <summary>Starts to submit and to work.</summary>
    public static async Task<UnmodifiedClients> Start(params string[] addresses)
    {
        var runner = await NodeRunner.With("@nexrender/api@1.62.0", "@nexrender/types@1.62.0");
        var node = runner.Start(Script, addresses);
        await node.Output.Line("running");
        return new UnmodifiedClients(node);
    }

    /// <summary>Stops, and returns what was counted and what was wrong.</summary>
    public async Task<JsonElement> Stop()
    {
        _node.Signal(Terminated);
        Assert.AreEqual(0, await _node.WaitForExit(TimeSpan.FromMinutes(1)), _node.Errors.Text);
        return JsonDocument.Parse(_node.Output.Lines[^1]).RootElement;
    }

    public ValueTask DisposeAsync() => _node.DisposeAsync();
}
