/** The actions on the chosen jobs. */

import { fill, h } from '../lib/dom.js'
import { plural } from '../lib/format.js'
import { mayChange, stats } from '../lib/stats.js'
import { actions, actOnMany } from './actions.js'

export class SelectionBar {
  #count = h('span', { class: 'strong number' })
  #buttons = h('span', { class: 'buttons' })

  /**
   * @param {import('../lib/selection.js').Selection} selection
   * @param {() => URLSearchParams} query the filter of the list
   * @param {() => number} total
   * @param {import('../lib/dom.js').Scope} scope
   */
  constructor(selection, query, total, scope) {
    this.selection = selection
    this.query = query
    this.total = total
    this.element = h('div', { class: 'acts', role: 'group', 'aria-label': 'Chosen jobs', hidden: true }, this.#count, this.#buttons)
    selection.changed.on(() => this.draw(), scope)
    stats.changed.on(() => this.draw(), scope)
  }

  draw() {
    const { selection } = this
    const size = selection.size(this.total())
    this.element.hidden = size === 0
    if (size === 0) return
    this.#count.textContent = selection.all ? `All ${plural(size, 'job')} that fit` : `${plural(size, 'job')} chosen`
    if (this.#buttons.childElementCount > 0 && this.#buttons.dataset.may === String(mayChange())) return
    this.#buttons.dataset.may = String(mayChange())
    const names = mayChange() ? /** @type {import('../lib/states.js').Action[]} */ (Object.keys(actions)) : []
    fill(
      this.#buttons,
      ...names.map(name =>
        h('button', { type: 'button', class: name === 'delete' ? 'danger' : '', onclick: () => this.#act(name) }, actions[name].verb),
      ),
      h('button', { type: 'button', class: 'quiet', onclick: () => selection.clear() }, 'Choose none'),
    )
  }

  /** @param {import('../lib/states.js').Action} action */
  async #act(action) {
    const { selection } = this
    const chosen = selection.all ? { query: this.query() } : { keys: [...selection.keys] }
    if (await actOnMany(action, chosen)) selection.clear()
  }
}
