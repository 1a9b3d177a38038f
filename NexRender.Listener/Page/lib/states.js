/** The states of jobs as people see them: fewer than the API has, each with a word and a shape. */

import { s, write } from './dom.js'
import { percent, text, time, now } from './format.js'

/**
 * @typedef {'queued' | 'waiting' | 'paused' | 'picked' | 'rendering' | 'finished' | 'failed' | 'cancelled'} Group
 * @typedef {'cancel' | 'retry' | 'pause' | 'resume' | 'delete'} Action
 */

/** @type {Record<Group, { label: string, hint: string, actions: Action[] }>} */
export const groups = {
  queued: { label: 'Queued', hint: 'for a worker that picks them up', actions: ['cancel', 'pause'] },
  waiting: { label: 'Waiting', hint: 'for other jobs that must finish first', actions: ['cancel'] },
  paused: { label: 'Paused', hint: 'by a person, until resumed', actions: ['resume', 'cancel'] },
  picked: { label: 'Picked', hint: 'by a worker that has not reported yet', actions: ['cancel'] },
  rendering: { label: 'Rendering', hint: 'on a worker', actions: ['cancel'] },
  finished: { label: 'Finished', hint: 'rendered', actions: ['retry'] },
  failed: { label: 'Failed', hint: 'ended in an error', actions: ['retry'] },
  cancelled: { label: 'Cancelled', hint: 'ended by a person', actions: ['retry'] },
}

export const groupNames = /** @type {Group[]} */ (Object.keys(groups))

/** @param {JobRow} job @returns {Group} */
export function groupOf(job) {
  const state = job.state
  if (state === 'error') return job.cancelledAt ? 'cancelled' : 'failed'
  return state === 'queued' || state === 'waiting' || state === 'paused' || state === 'picked' || state === 'finished' ? state : 'rendering'
}

/** The label of a job's state, with the worker's own word for it while it renders. @param {JobRow} job */
export function stateLabel(job) {
  const group = groupOf(job)
  if (group === 'rendering') return { started: 'Rendering', 'render:dorender': 'Rendering' }[job.state] ?? stageLabel(job.state)
  if (group === 'queued' && time(job.notBefore) > now()) return 'Delayed'
  return groups[group].label
}

/** "render:postrender" becomes "Postrender". @param {string} state */
function stageLabel(state) {
  const word = state.replace(/^render:(do)?/, '')
  return word ? word[0].toUpperCase() + word.slice(1) : 'Rendering'
}

/** The number of jobs of each group. @param {Stats} stats @returns {Record<Group, number>} */
export function countsOf(stats) {
  const by = stats.jobs.byState
  const cancelled = stats.jobs.cancelled
  return {
    queued: by.queued ?? 0,
    waiting: by.waiting ?? 0,
    paused: by.paused ?? 0,
    picked: by.picked ?? 0,
    rendering: stats.jobs.rendering,
    finished: by.finished ?? 0,
    failed: (by.error ?? 0) - cancelled,
    cancelled,
  }
}

/** The filter of the API for some groups. @param {Group[]} chosen @param {URLSearchParams} query */
export function setStates(chosen, query) {
  if (chosen.length === 0 || chosen.length === groupNames.length) return
  const failed = chosen.includes('failed')
  // The state "error" includes those that were cancelled.
  const states = chosen.filter(group => group !== 'failed' && !(failed && group === 'cancelled')).map(String)
  if (failed) states.push('error')
  query.set('states', states.join(','))
  if (failed && !chosen.includes('cancelled')) query.set('exclude_states', 'cancelled')
}

/** The icon of a state: a ring, a disc or a slice of a disc, so that the shape says it and not only the colour. */
export class StateIcon {
  #use = s('use', {})
  #slice = s('circle', { class: 'slice', cx: 8, cy: 8, r: 2.5, pathLength: 100 })

  constructor() {
    this.element = s('svg', { class: 'icon state', viewBox: '0 0 16 16', 'aria-hidden': 'true' }, this.#use, this.#slice)
  }

  /** @param {string} name @param {unknown} [progress] */
  set(name, progress) {
    if (this.element.getAttribute('data-state') !== name) {
      this.element.setAttribute('data-state', name)
      this.#use.setAttribute('href', '#i-' + name)
    }
    const slice = name === 'rendering' || name === 'busy' ? `${percent(progress)} 100` : '0 100'
    if (this.#slice.getAttribute('stroke-dasharray') !== slice) this.#slice.setAttribute('stroke-dasharray', slice)
  }
}

/** @param {string} name @param {unknown} [progress] */
export function stateIcon(name, progress) {
  const made = new StateIcon()
  made.set(name, progress)
  return made.element
}

/** A bar with its number beside it. */
export class ProgressBar {
  #bar = document.createElement('i')
  #number = document.createElement('span')

  constructor() {
    this.element = document.createElement('span')
    this.element.className = 'progress'
    const track = document.createElement('b')
    track.append(this.#bar)
    this.#number.className = 'number'
    this.element.append(track, this.#number)
  }

  /** @param {unknown} progress */
  set(progress) {
    const value = percent(progress)
    const width = value + '%'
    if (this.#bar.style.width !== width) this.#bar.style.width = width
    write(this.#number, value + ' %')
  }
}

/** Takes over what an event says about a job that is already known. @param {JobRow} row @param {JobEvent} event */
export function applyEvent(row, event) {
  Object.assign(row, event.status)
  if (event.change.kind === 'cancelled') row.cancelledAt = event.change.at ?? text(event.status.errorAt)
  else if (row.state !== 'error') delete row.cancelledAt
}

/** The time at which a job ended, in milliseconds; not every worker reports it. NaN if it has not ended. @param {JobRow} job */
export function endOf(job) {
  if (job.state !== 'finished' && job.state !== 'error') return NaN
  return time((job.state === 'finished' ? job.finishedAt : (job.cancelledAt ?? job.errorAt)) ?? job.updatedAt)
}

/** Seconds that the present attempt has taken, or took; null if there is none. @param {JobRow} job */
export function renderSeconds(job) {
  const from = time(job.startedAt)
  if (Number.isNaN(from)) return null
  const group = groupOf(job)
  const to = group === 'rendering' ? now() : endOf(job)
  return Number.isNaN(to) || to < from ? null : (to - from) / 1000
}
