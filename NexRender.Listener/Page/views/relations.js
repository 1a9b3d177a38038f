/** The dependencies of a job, and the jobs that depend on it. */

import { addressOf } from '../lib/address.js'
import { getJson, isAborted, messageOf } from '../lib/api.js'
import { fill, h } from '../lib/dom.js'
import { text } from '../lib/format.js'
import { applyEvent, groupOf, stateIcon, stateLabel } from '../lib/states.js'

/** More are in the JSON; each costs a request. */
const shown = 30

export class Relations {
  #asked = ''
  /** @type {Map<string, JobRow | null>} */
  #needed = new Map()
  /** @type {JobRow[]} */
  #dependents = []
  #problem = ''

  /** @param {string} uid @param {import('../lib/dom.js').Scope} scope */
  constructor(uid, scope) {
    this.uid = uid
    this.scope = scope
    this.element = h('section', { class: 'section relations', hidden: true })
  }

  /** @param {Job} job */
  show(job) {
    const uids = Array.isArray(job.dependsOn) ? job.dependsOn.map(text) : []
    const asked = JSON.stringify([uids, job.state])
    if (asked === this.#asked) return
    this.#asked = asked
    this.#load(uids, text(job.batchId))
  }

  /** @param {JobEvent[]} events */
  take(events) {
    let known = false
    for (const event of events) {
      const row = this.#needed.get(event.status.uid) ?? this.#dependents.find(({ uid }) => uid === event.status.uid)
      if (!row) continue
      applyEvent(row, event)
      known = true
    }
    if (known) this.#draw()
  }

  /** @param {string[]} uids @param {string} batch */
  async #load(uids, batch) {
    try {
      const signal = this.scope.signal
      const needed = uids.slice(0, shown).map(uid => getJson(`/jobs/${encodeURIComponent(uid)}/status`, { signal }).catch(() => null))
      // The API has no question "who waits for this one", so those that wait are looked through, in its batch if it has one.
      const query = new URLSearchParams({ states: 'waiting', limit: '500', ...(batch ? { batch } : {}) })
      const waiting = /** @type {Job[]} */ (await getJson('/jobs', { query, signal }))
      const found = await Promise.all(needed)
      this.#needed = new Map(uids.slice(0, shown).map((uid, index) => [uid, found[index]]))
      this.#dependents = waiting.filter(job => Array.isArray(job.dependsOn) && job.dependsOn.includes(this.uid)).slice(0, shown)
      this.#problem = ''
    } catch (problem) {
      if (isAborted(problem)) return
      this.#problem = messageOf(problem)
    }
    this.#draw()
  }

  #draw() {
    const needed = [...this.#needed].map(([uid, row]) => item(uid, row))
    const dependents = this.#dependents.map(row => item(row.uid, row))
    this.element.hidden = needed.length + dependents.length === 0 && !this.#problem
    fill(
      this.element,
      h('h2', {}, 'Dependencies'),
      this.#problem && h('p', { class: 'dim' }, this.#problem),
      needed.length > 0 && h('div', {}, h('h3', {}, 'It depends on'), h('ul', { class: 'plain' }, ...needed)),
      dependents.length > 0 && h('div', {}, h('h3', {}, 'Jobs that wait for it'), h('ul', { class: 'plain' }, ...dependents)),
    )
  }
}

/** @param {string} uid @param {JobRow | null} row */
function item(uid, row) {
  const group = row ? groupOf(row) : 'cancelled'
  return h(
    'li',
    { class: 'with-icon' },
    stateIcon(group, row?.renderProgress),
    h('a', { href: addressOf('jobs', uid) }, uid),
    h('span', { class: 'dim' }, row ? stateLabel(row) : 'not on this server'),
  )
}
