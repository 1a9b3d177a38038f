/** The farm's numbers as far as lists, workers and queue tell them: for a server without `/stats`. */

import { getJson, send } from './api.js'
import { now } from './format.js'
import { groupNames, setStates } from './states.js'

const hour = 3600_000

/** The number of jobs that meet some conditions. @param {URLSearchParams} query */
async function total(query) {
  query.set('limit', '1')
  query.set('minimal', 'true')
  const response = await send('GET', '/jobs/status', { query })
  await response.arrayBuffer()
  return Number(response.headers.get('x-total-count') ?? 0)
}

/** @param {import('./states.js').Group} group @param {number} [since] changed since this time */
function countOf(group, since) {
  const query = new URLSearchParams()
  setStates([group], query)
  if (since !== undefined) query.set('updated_since', new Date(since).toISOString())
  return total(query)
}

/** @returns {Promise<Stats>} */
export async function tally() {
  const lastHour = now() - hour
  const midnight = new Date(now()).setHours(0, 0, 0, 0)
  const [counts, [finished, failed, finishedToday, failedToday, created], queue, workers] = await Promise.all([
    Promise.all(groupNames.map(group => countOf(group))),
    Promise.all([
      countOf('finished', lastHour),
      countOf('failed', lastHour),
      countOf('finished', midnight),
      countOf('failed', midnight),
      total(new URLSearchParams({ from_date: new Date(lastHour).toISOString() })),
    ]),
    /** @type {Promise<Queue>} */ (getJson('/queue')),
    /** @type {Promise<FarmWorker[]>} */ (getJson('/workers')),
  ])
  const by = Object.fromEntries(groupNames.map((group, index) => [group, counts[index]]))
  const inState = (/** @type {string} */ state) => workers.filter(worker => worker.state === state).length
  return {
    version: '',
    startedAt: '',
    uptimeSeconds: 0,
    jobs: {
      total: counts.reduce((sum, one) => sum + one, 0),
      byState: { ...by, error: by.failed + by.cancelled },
      rendering: by.rendering,
      cancelled: by.cancelled,
    },
    queue,
    workers: { total: workers.length, idle: inState('idle'), busy: inState('busy'), silent: inState('silent'), paused: inState('paused') },
    lastHour: {
      created,
      finished,
      failed,
      requeued: 0,
      expired: 0,
      waitSeconds: { mean: null, p95: null },
      renderSeconds: { mean: null, p95: null },
    },
    today: { finished: finishedToday, failed: failedToday },
    hours: [],
    storage: { location: '', healthy: true, problem: null, journalBytes: 0 },
    role: 'full',
  }
}
