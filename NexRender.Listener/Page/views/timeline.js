/** The life of a job: a bar to scale, and the same in words. */

import { h, s } from '../lib/dom.js'
import { duration, now, since, text, time } from '../lib/format.js'
import { endOf, groupOf, groups, stateIcon } from '../lib/states.js'

/**
 * @typedef {object} Stretch
 * @property {'queued' | 'rendering' | 'finished' | 'failed' | 'cancelled' | 'paused' | 'waiting' | 'picked'} kind
 * @property {number} from
 * @property {number} to
 * @property {string} label
 */

/** @typedef {{ icon: string, title: string, at: unknown, worker?: string, took?: number | null, errors?: string[] }} Event */

/** @param {Job} job @returns {Attempt[]} */
function attemptsOf(job) {
  return Array.isArray(job.attempts) ? job.attempts.filter(attempt => attempt && typeof attempt === 'object') : []
}

/** @param {Attempt} attempt */
function outcome(attempt) {
  if (attempt.state === 'error') return { icon: 'failed', word: 'failed' }
  if (attempt.state === 'finished') return { icon: 'finished', word: 'finished' }
  return { icon: 'queued', word: 'returned to the queue' }
}

/** @param {Job} job */
function stretchesOf(job) {
  /** @type {Stretch[]} */
  const stretches = []
  let at = time(job.createdAt)
  const advance = (/** @type {Stretch['kind']} */ kind, /** @type {number} */ to, /** @type {string} */ label) => {
    if (Number.isNaN(to) || to <= at) return
    stretches.push({ kind, from: at, to, label: `${label}: ${duration((to - at) / 1000)}` })
    at = to
  }
  for (const attempt of attemptsOf(job)) {
    advance('queued', time(attempt.startedAt), 'In the queue')
    advance(
      attempt.state === 'error' ? 'failed' : 'cancelled',
      time(attempt.endedAt),
      `Attempt ${text(attempt.n)} on ${text(attempt.executor)}`,
    )
  }
  const group = groupOf(job)
  const ended = endOf(job)
  if (!Number.isNaN(time(job.startedAt))) {
    advance('queued', time(job.startedAt), 'In the queue')
    const label = `Attempt ${attemptsOf(job).length + 1} on ${text(job.executor)}`
    advance(group, group === 'rendering' ? now() : ended, label)
  } else {
    const open = Number.isNaN(ended) || group === 'queued' || group === 'paused' || group === 'waiting' || group === 'picked'
    advance(open ? group : 'queued', open ? now() : ended, groups[open ? group : 'queued'].label)
  }
  return stretches
}

/** @param {Job} job */
function eventsOf(job) {
  /** @type {Event[]} */
  const events = [{ icon: 'queued', title: text(job.creator) ? `Submitted by ${text(job.creator)}` : 'Submitted', at: job.createdAt }]
  for (const attempt of attemptsOf(job)) {
    const { icon, word } = outcome(attempt)
    const took = (time(attempt.endedAt) - time(attempt.startedAt)) / 1000
    const errors = Array.isArray(attempt.errors) ? attempt.errors.map(text) : []
    events.push({
      icon,
      title: `Attempt ${text(attempt.n)} ${word}`,
      at: attempt.endedAt,
      worker: text(attempt.executor),
      took: Number.isNaN(took) ? null : took,
      errors,
    })
  }
  const group = groupOf(job)
  const started = time(job.startedAt)
  const worker = text(job.executor)
  if (group === 'picked') events.push({ icon: 'picked', title: 'Picked up', at: job.updatedAt, worker })
  if (!Number.isNaN(started)) events.push({ icon: 'rendering', title: 'Started', at: job.startedAt, worker })
  const end = group === 'finished' ? job.finishedAt : group === 'cancelled' ? job.cancelledAt : group === 'failed' ? job.errorAt : null
  if (end || group === 'finished' || group === 'failed' || group === 'cancelled') {
    const at = end ?? job.updatedAt
    const took = Number.isNaN(started) ? null : (time(at) - started) / 1000
    events.push({ icon: group, title: groups[group].label, at, took })
  } else if (group === 'paused' || group === 'waiting') {
    events.push({ icon: group, title: groups[group].label, at: job.updatedAt })
  } else if (group === 'queued' && attemptsOf(job).length > 0) {
    events.push({ icon: 'queued', title: 'In the queue again', at: job.updatedAt })
  }
  return events
}

/** @param {Job} job */
function scale(job) {
  const stretches = stretchesOf(job)
  if (stretches.length === 0) return null
  const from = stretches[0].from
  const whole = stretches[stretches.length - 1].to - from
  // A second among hours would not be seen, so every stretch has a least width and the rest is to scale.
  const least = 1.2
  const room = 100 - least * stretches.length
  let x = 0
  const bars = stretches.map(stretch => {
    const width = least + (room * (stretch.to - stretch.from)) / whole
    const bar = s(
      'rect',
      { class: 'stretch ' + stretch.kind, x: `${x}%`, y: 0, width: `${width - 0.3}%`, height: 12, rx: 2 },
      s('title', {}, stretch.label),
    )
    x += width
    return bar
  })
  return s('svg', { class: 'scale', role: 'img', 'aria-label': stretches.map(({ label }) => label).join('; ') }, ...bars)
}

/** @param {Job} job */
export function timeline(job) {
  const events = eventsOf(job).map(({ icon, title, at, worker, took, errors }) =>
    h(
      'li',
      {},
      stateIcon(icon, 66),
      h(
        'div',
        {},
        h('span', { class: 'strong' }, title),
        worker && h('span', {}, ' on ', worker),
        took !== null && took !== undefined && h('span', { class: 'dim number' }, ` after ${duration(took)}`),
        errors &&
          errors.length > 0 &&
          h(
            'details',
            {},
            h('summary', {}, errors.length === 1 ? 'Error' : `${errors.length} errors`),
            h('pre', { tabIndex: 0 }, errors.join('\n\n')),
          ),
      ),
      since(at, 'clock'),
    ),
  )
  return h('div', { class: 'timeline' }, scale(job), h('ol', {}, ...events))
}
