/** The rows that are chosen: some by their keys, or all that the filter matches, loaded or not. */

import { h, Signal } from './dom.js'

export class Selection {
  all = false
  /** @type {Set<string>} */
  keys = new Set()
  /** @type {Signal<void>} */
  changed = new Signal()

  constructor() {
    this.headBox = h('input', {
      type: 'checkbox',
      tabIndex: -1,
      'aria-label': 'select all that match',
      title: 'Select all that match (Ctrl+A)',
      onchange: () => this.setAll(this.headBox.checked),
    })
  }

  /** @param {string} key */
  has(key) {
    return this.all || this.keys.has(key)
  }

  /** @param {number} total how many the filter matches */
  size(total) {
    return this.all ? total : this.keys.size
  }

  /** @param {string} key */
  toggle(key) {
    if (this.all) return
    if (!this.keys.delete(key)) this.keys.add(key)
    this.#emit()
  }

  /** @param {string[]} keys */
  add(keys) {
    if (this.all) return
    for (const key of keys) this.keys.add(key)
    this.#emit()
  }

  /** @param {string} key of a row that is gone */
  remove(key) {
    if (this.keys.delete(key)) this.#emit()
  }

  /** @param {boolean} all */
  setAll(all) {
    this.all = all
    this.keys.clear()
    this.#emit()
  }

  clear() {
    this.setAll(false)
  }

  #emit() {
    this.headBox.checked = this.all
    this.headBox.indeterminate = !this.all && this.keys.size > 0
    this.changed.emit()
  }
}
