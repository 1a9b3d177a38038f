/** Cancel, retry, pause, resume and delete, for one job or many. */

import { getJson, messageOf, send } from '../lib/api.js'
import { complain, confirm, tell } from '../lib/dialogs.js'
import { count, plural, text } from '../lib/format.js'

/** @typedef {import('../lib/states.js').Action} Action */

/**
 * @typedef {object} Words
 * @property {string} verb
 * @property {string} past
 * @property {string} one what it does to a job
 * @property {string} many what it does to several
 * @property {boolean} [danger] it cannot be undone
 * @property {boolean} [reason] a reason may be given
 */

/** @type {Record<Action, Words>} */
export const actions = {
  cancel: {
    verb: 'Cancel',
    past: 'cancelled',
    danger: true,
    reason: true,
    one: 'The job ends. A worker that is rendering it cannot be stopped; its reports will be ignored.',
    many: 'The jobs end. Workers that are rendering them cannot be stopped; their reports will be ignored.',
  },
  retry: {
    verb: 'Retry',
    past: 'queued again',
    one: 'The job goes back into the queue, in its old place.',
    many: 'The jobs go back into the queue, in their old places.',
  },
  pause: {
    verb: 'Pause',
    past: 'paused',
    one: 'The job keeps its place, and no worker gets it until it is resumed.',
    many: 'The jobs keep their places, and no worker gets them until they are resumed.',
  },
  resume: {
    verb: 'Resume',
    past: 'resumed',
    one: 'The job goes back into the queue, in its old place.',
    many: 'The jobs go back into the queue, in their old places.',
  },
  delete: {
    verb: 'Delete',
    past: 'deleted',
    danger: true,
    one: 'The job is removed from the server for good. Files that it has rendered stay.',
    many: 'The jobs are removed from the server for good. Files that they have rendered stay.',
  },
}

/** @param {Action} action */
function target(action) {
  return action === 'delete' ? { method: 'DELETE', suffix: '' } : { method: 'PATCH', suffix: '/' + action }
}

/**
 * Asks and acts on one job. Returns true if it was done.
 * @param {Action} action @param {string} uid
 */
export async function actOnJob(action, uid) {
  const { verb, past, one, danger, reason } = actions[action]
  const field = reason ? 'Reason (optional)' : undefined
  const answer = danger ? await confirm({ title: `${verb} this job?`, lines: [uid, one], verb: `${verb} the job`, danger, field }) : ''
  if (answer === null) return false
  const { method, suffix } = target(action)
  try {
    const body = reason && answer ? { reason: answer } : undefined
    const response = await send(method, `/jobs/${encodeURIComponent(uid)}${suffix}`, { body })
    const { note } = await response.json()
    tell(note ? `${uid} is ${past}: ${text(note)}` : `${uid} is ${past}.`)
    return true
  } catch (problem) {
    complain(`${verb} ${uid}: ${messageOf(problem)}`)
    return false
  }
}

/**
 * Finds out what an action would do, asks, and does it. Returns true if it was done.
 * @param {Action} action
 * @param {{ keys: string[] } | { query: URLSearchParams }} chosen the uids, or the filter that all of them match
 */
export async function actOnMany(action, chosen) {
  const { verb, past, many, danger, reason } = actions[action]
  const field = reason ? 'Reason (optional)' : undefined
  const run = async (/** @type {boolean} */ dryRun, /** @type {string} */ why) => {
    const { method, suffix } = target(action)
    const query = new URLSearchParams('query' in chosen ? chosen.query : {})
    // Without any filter the server wants to be told that all are meant.
    if ('query' in chosen && [...query].length === 0) query.set('all', 'true')
    if (dryRun) query.set('dryRun', 'true')
    /** @type {Record<string, unknown>} */
    const body = { ...('keys' in chosen ? { jobs: chosen.keys } : {}), ...(why ? { reason: why } : {}) }
    const response = await send(method, '/jobs' + suffix, { query, body: Object.keys(body).length > 0 ? body : undefined })
    return /** @type {Promise<BulkAnswer>} */ (response.json())
  }
  try {
    const preview = await run(true, '')
    const answer = await ask(preview)
    if (answer === null) return false
    const done = await run(false, answer)
    const rest = done.matched - done.changed
    tell(`${plural(done.changed, 'job')} ${past}.${rest > 0 ? ` ${count(rest)} stayed as they were.` : ''}`)
    return true
  } catch (problem) {
    complain(`${verb}: ${messageOf(problem)}`)
    return false
  }

  /** @param {BulkAnswer} preview */
  async function ask({ matched, changed, unchanged }) {
    const rest = matched - changed
    if (changed === 0) {
      complain(`${verb}: none of the ${plural(matched, 'chosen job')} can be ${past}${unchanged[0] ? `: ${unchanged[0].reason}` : ''}.`)
      return null
    }
    const lines = [many]
    if (rest > 0) lines.push(`${count(rest)} of the ${count(matched)} chosen stay as they are${reasons(unchanged)}.`)
    return confirm({ title: `${verb} ${plural(changed, 'job')}?`, lines, verb: `${verb} ${plural(changed, 'job')}`, danger, field })
  }
}

/** @param {BulkAnswer['unchanged']} unchanged */
function reasons(unchanged) {
  const different = [...new Set(unchanged.map(({ reason }) => reason))]
  return different.length === 0 || different.length > 3 ? '' : `: ${different.join('; ')}`
}

/** Pauses or resumes the queue. @param {boolean} paused as it is now */
export async function toggleQueue(paused) {
  const answer = paused
    ? ''
    : await confirm({
        title: 'Pause the queue?',
        verb: 'Pause the queue',
        lines: ['Jobs that are rendering continue; no worker gets another job until the queue is resumed, even after a restart.'],
      })
  if (answer === null) return
  try {
    await send('PATCH', `/queue/${paused ? 'resume' : 'pause'}`)
    tell(paused ? 'The queue is resumed.' : 'The queue is paused.')
  } catch (problem) {
    complain(messageOf(problem))
  }
}

/** @param {string} id @returns {Promise<Batch>} */
export function getBatch(id) {
  return getJson(`/batches/${encodeURIComponent(id)}`)
}
