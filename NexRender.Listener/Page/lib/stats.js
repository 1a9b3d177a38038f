/** The numbers of the farm. They are read again after a change that the events have told, at most once a second, and never by a clock. */

import { getJson, isAborted, messageOf } from './api.js'
import { Signal, throttle } from './dom.js'
import { now } from './format.js'
import { live } from './live.js'

export const stats = {
  /** @type {Stats | null} */
  latest: null,
  /** The time of the last reading, in milliseconds. */
  readAt: 0,
  /** @type {Signal<Stats>} */
  changed: new Signal(),
  /** @type {Signal<string>} */
  failed: new Signal(),
}

let reading = false
let again = false

/** Reads the numbers now. */
export async function refreshStats() {
  if (reading) {
    again = true
    return
  }
  reading = true
  try {
    /** @type {Stats} */
    const latest = await getJson('/stats')
    stats.latest = latest
    stats.readAt = now()
    stats.changed.emit(latest)
  } catch (problem) {
    if (!isAborted(problem)) stats.failed.emit(messageOf(problem))
  } finally {
    reading = false
    if (again) {
      again = false
      soon()
    }
  }
}

const soon = throttle(150, 1000, refreshStats)

export function followStats() {
  live.refresh.on(refreshStats)
  live.queue.on(soon)
  live.workers.on(soon)
  live.jobs.on(events => {
    if (events.some(({ change }) => change.kind !== 'progress')) soon()
  })
  atNextHour()
}

/** The charts have a bar an hour; without any change only the clock can say that another one begins. */
function atNextHour() {
  const hour = 3600_000
  setTimeout(
    () => {
      if (!document.hidden) refreshStats()
      atNextHour()
    },
    hour - (now() % hour) + 1000,
  )
}

/** True if the viewer's secret may change jobs; false until the server has answered, so that no button is shown that it would refuse. */
export function mayChange() {
  return stats.latest?.role === 'full'
}

export function maySubmit() {
  return stats.latest?.role === 'full' || stats.latest?.role === 'submit'
}
