/** A field for JSON with line numbers, of which some can be marked. */

import { fill, h } from '../lib/dom.js'

/** Line numbers beyond this would cost more than they help. */
const numbered = 20000

export class Editor {
  #area
  #numbers = h('div', { class: 'numbers', 'aria-hidden': 'true' })
  #marks = h('div', { class: 'marks', 'aria-hidden': 'true' })
  #lines = 0
  /** @type {number[]} */
  #marked = []
  #delay = 0

  /** @param {string} value @param {string} placeholder @param {() => void} changed */
  constructor(value, placeholder, changed) {
    this.changed = changed
    this.#area = h('textarea', {
      value,
      placeholder,
      spellcheck: 'false',
      autocapitalize: 'off',
      wrap: 'off',
      'aria-label': 'JSON of the jobs',
      rows: 16,
      oninput: () => {
        this.#draw()
        clearTimeout(this.#delay)
        this.#delay = window.setTimeout(() => this.settle(), this.#area.value.length > 200_000 ? 600 : 150)
      },
      onscroll: () => this.#follow(),
    })
    this.element = h('div', { class: 'editor' }, this.#numbers, h('div', { class: 'text' }, this.#marks, this.#area))
    this.#draw()
  }

  get text() {
    return this.#area.value
  }

  set text(value) {
    this.#area.value = value
    this.#draw()
    this.changed()
  }

  /** Reports a change that has not been reported yet. */
  settle() {
    if (!this.#delay) return
    clearTimeout(this.#delay)
    this.#delay = 0
    this.changed()
  }

  focus() {
    this.#area.focus()
  }

  /** Marks lines as faulty; 0 is none. @param {...number} lines */
  mark(...lines) {
    this.#marked = lines.filter(line => line > 0)
    this.#area.setAttribute('aria-invalid', String(this.#marked.length > 0))
    fill(
      this.#marks,
      ...this.#marked.map(line => {
        const mark = h('i', {})
        mark.style.setProperty('--line', String(line - 1))
        return mark
      }),
    )
    for (const number of this.#numbers.children) number.classList.toggle('bad', this.#marked.includes(Number(number.textContent)))
    this.#follow()
  }

  /** @param {number} line */
  goTo(line) {
    const lines = this.#area.value.split('\n')
    const from = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0)
    this.focus()
    this.#area.setSelectionRange(from, from + (lines[line - 1] ?? '').length)
    this.#area.scrollTop = (line - 4) * parseFloat(getComputedStyle(this.#area).lineHeight)
  }

  #draw() {
    const lines = Math.min(numbered, Math.max(1, this.#area.value.split('\n').length))
    if (lines === this.#lines) return
    this.#lines = lines
    fill(this.#numbers, ...Array.from({ length: lines }, (_, index) => h('span', {}, index + 1)))
    this.mark(...this.#marked)
  }

  #follow() {
    const by = `translateY(${-this.#area.scrollTop}px)`
    this.#numbers.style.setProperty('--scroll', by)
    this.#marks.style.setProperty('--scroll', by)
  }
}
