/** One line above the list of jobs: how far the batch is that it is filtered by. */

import { isAborted, messageOf, send } from '../lib/api.js'
import { complain, confirm, tell } from '../lib/dialogs.js'
import { fill, h, throttle } from '../lib/dom.js'
import { plural, text } from '../lib/format.js'
import { live } from '../lib/live.js'
import { ProgressBar } from '../lib/states.js'
import { mayChange, stats } from '../lib/stats.js'
import { actions, getBatch } from './actions.js'

export class BatchLine {
  #id = ''
  #bar = new ProgressBar()
  #title = h('span', { class: 'strong' })
  #counts = h('span', { class: 'dim' })
  #buttons = h(
    'span',
    { class: 'buttons' },
    .../** @type {const} */ (['cancel', 'retry', 'delete']).map(action =>
      h('button', { type: 'button', onclick: () => this.#act(action) }, actions[action].verb + ' the batch'),
    ),
  )

  /** @param {import('../lib/dom.js').Scope} scope */
  constructor(scope) {
    this.scope = scope
    this.element = h('div', { class: 'batch', hidden: true }, this.#title, this.#bar.element, this.#counts, this.#buttons)
    const soon = throttle(200, 1000, () => this.refresh(), scope)
    live.jobs.on(() => {
      if (this.#id) soon()
    }, scope)
    stats.changed.on(() => {
      this.#buttons.hidden = !mayChange()
    }, scope)
  }

  /** @param {string} id nothing to hide it */
  show(id) {
    if (id === this.#id) return
    this.#id = id
    this.element.hidden = true
    this.refresh()
  }

  async refresh() {
    const id = this.#id
    if (!id) return
    try {
      const batch = await getBatch(id)
      if (id !== this.#id) return
      this.element.hidden = false
      this.#buttons.hidden = !mayChange()
      this.#title.textContent = text(batch.name) || batch.batchId
      this.#bar.set(batch.progress)
      const counts = Object.entries(batch.counts)
        .filter(([, number]) => number > 0)
        .map(([state, number]) => `${number} ${state}`)
      fill(this.#counts, `${plural(batch.totalJobs, 'job')}: ${counts.join(', ')}`)
    } catch (problem) {
      // The filter finds no job either, and the list says so.
      if (!isAborted(problem)) this.element.hidden = true
    }
  }

  /** @param {'cancel' | 'retry' | 'delete'} action */
  async #act(action) {
    const { verb, past, many, danger } = actions[action]
    const name = this.#title.textContent ?? ''
    if ((await confirm({ title: `${verb} all jobs of the batch?`, lines: [name, many], verb: `${verb} the batch`, danger })) === null)
      return
    const path = `/batches/${encodeURIComponent(this.#id)}`
    try {
      await send(action === 'delete' ? 'DELETE' : 'PATCH', action === 'delete' ? path : `${path}/${action}`)
      tell(`The batch ${name} is ${past}.`)
    } catch (problem) {
      complain(messageOf(problem))
    }
  }
}
