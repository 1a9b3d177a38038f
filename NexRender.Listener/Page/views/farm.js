/** The numbers of the farm in words. */

import { h } from '../lib/dom.js'
import { count, now, plural, roughly } from '../lib/format.js'
import { countsOf, stateIcon } from '../lib/states.js'

/** The time that the queue will take at the pace of the last hour. @param {Stats} stats */
export function estimate(stats) {
  const { queued, picked, rendering } = countsOf(stats)
  const left = queued + picked + rendering
  const pace = stats.lastHour.finished + stats.lastHour.failed
  if (left === 0) return 'nothing left'
  return pace === 0 ? 'unknown' : `≈ ${roughly((left / pace) * 3600)}`
}

/** One line about the whole farm. @param {Stats} stats @returns {import('../lib/dom.js').Child[]} */
export function farmLine(stats) {
  const { workers } = stats
  const counts = countsOf(stats)
  const states = /** @type {const} */ ([
    ['busy', 'rendering'],
    ['idle', 'idle'],
    ['silent', 'silent'],
    ['paused', 'paused'],
  ])
  const known = states.filter(([state]) => workers[state] > 0)
  const time = estimate(stats)
  return [
    h(
      'span',
      {},
      `${plural(workers.total, 'worker')}:`,
      ...(known.length === 0
        ? ['none has asked for a job yet']
        : known.map(([state, word], index) =>
            h(
              'span',
              { class: 'with-icon' },
              stateIcon(state, 66),
              `${count(workers[state])} ${word}${index < known.length - 1 ? ',' : ''}`,
            ),
          )),
    ),
    h(
      'span',
      {},
      `Jobs: ${count(counts.rendering + counts.picked)} rendering, ${count(counts.queued)} queued, `,
      `${count(today(stats).failed)} failed today`,
    ),
    time.startsWith('≈') && h('span', { title: 'From the number of jobs that ended in the last hour' }, `Queue done in ${time} (estimate)`),
    time === 'unknown' && h('span', {}, 'No job ended in the last hour, so there is no estimate'),
  ].flatMap((part, index) => (part ? [index > 0 && h('i', { 'aria-hidden': 'true' }, '·'), part] : []))
}

/**
 * How many jobs finished and failed since midnight; the server's own day is that of UTC, which is not the viewer's.
 * @param {Stats} stats
 */
export function today({ hours }) {
  const midnight = new Date(now()).setHours(0, 0, 0, 0)
  const sum = { finished: 0, failed: 0 }
  for (const hour of hours) {
    if (Date.parse(hour.hour) < midnight) continue
    sum.finished += hour.finished
    sum.failed += hour.failed
  }
  return sum
}

/** The jobs that had not ended at the end of each hour, counted back from now. @param {Stats} stats */
export function openJobs(stats) {
  const counts = countsOf(stats)
  let open = counts.queued + counts.waiting + counts.paused + counts.picked + counts.rendering
  const points = []
  for (const hour of [...stats.hours].reverse()) {
    points.unshift({ at: Date.parse(hour.hour), value: Math.max(0, open) })
    open += hour.finished + hour.failed - hour.created
  }
  return points
}

/** The problem of the disk in words; empty if there is none. @param {Stats} stats */
export function trouble({ storage }) {
  if (storage.healthy) return ''
  const reason = storage.problem ?? 'the reason is in its log'
  return `The server cannot store changes: ${reason}. Jobs can be read, but submissions, pickups and reports are refused.`
}
