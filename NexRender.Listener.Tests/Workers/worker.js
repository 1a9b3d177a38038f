// A worker: the client and the renderer of nexrender, unmodified, and a loop that sends the requests of its worker in the same order,
// and does the same when they fail. The registry has no present version of that package; a folder of it, if given, takes the place of
// the loop.
const fs = require('node:fs')
const path = require('node:path')
// The renderer does not start on another system.
require('node:os').platform = () => 'darwin'
const [host, name, folder, original] = process.argv.slice(1)

const polling = 100
const settings = {
    name, polling, binary: path.join(folder, 'aerender'), workpath: path.join(folder, 'work'), logger: console,
    addLicense: false, noAnalytics: true, stopOnError: false,
}

// The renderer replaces a script of After Effects.
fs.mkdirSync(path.join(folder, 'Scripts', 'Startup'), { recursive: true })
fs.writeFileSync(path.join(folder, 'Scripts', 'Startup', 'commandLineRenderer.jsx'), '// the script of After Effects\n')

const work = async () => {
    const { createClient } = require('@nexrender/api')
    const { init, render } = require('@nexrender/core')
    const { withTimeout } = require('@nexrender/core/src/helpers/timeout')
    const { getRenderingStatus } = require('@nexrender/types').job
    const client = createClient({ host, name, headers: { 'user-agent': 'nexrender-worker/1.63.3' } })
    const initialized = init(settings)
    const report = job => client.updateJob(job.uid, getRenderingStatus(job))
    const complain = problem => console.log(problem.stack)

    const next = async () => {
        for (;;) {
            try {
                const job = await withTimeout(client.pickupJob(), process.env.NEXRENDER_PICKUP_TIMEOUT, 'the pickup has timed out')
                if (job && job.uid) return job
            } catch (problem) {
                complain(problem)
            }
            await new Promise(resolve => setTimeout(resolve, polling))
        }
    }

    for (;;) {
        let job = await next()
        Object.assign(job, { state: 'started', startedAt: new Date() })
        try {
            await client.updateJob(job.uid, job)
        } catch (problem) {
            // The job is not rendered.
            complain(problem)
            continue
        }
        try {
            job.onRenderProgress = changed => report(changed).catch(complain)
            job = await render(job, initialized)
            Object.assign(job, { state: 'finished', finishedAt: new Date() })
            await report(job)
        } catch (problem) {
            Object.assign(job, { state: 'error', errorAt: new Date(), error: [].concat(job.error || [], [problem.toString()]) })
            await report(job).catch(complain)
        }
    }
}

console.log('running')
if (original) require(original).start(host, '', settings)
else work()
