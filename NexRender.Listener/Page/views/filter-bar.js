/** Search, periods and states above the list of jobs. */

import { append, fill, h, icon } from '../lib/dom.js'
import { count } from '../lib/format.js'
import { groupNames, groups, stateIcon } from '../lib/states.js'
import { periods, sorts } from './filter.js'

const searchDelay = 200

export class FilterBar {
  #delay = 0
  #search = h('input', {
    type: 'search',
    placeholder: 'Search',
    'aria-label': 'Search in uid, file, composition and output',
    autocomplete: 'off',
    spellcheck: 'false',
    title: 'Part of uid, file, composition or output; or tag:4k, worker:mac-07, batch:ID, type:NAME',
    oninput: () => this.#typed(),
    onkeydown: (/** @type {KeyboardEvent} */ event) => this.#key(event),
  })
  #tokens = h('span', { class: 'tokens' })
  #periods = h('div', { class: 'segments', role: 'group', 'aria-label': 'Period' })
  #by = h(
    'select',
    {
      'aria-label': 'Which time counts',
      onchange: () =>
        this.#apply(filter => {
          filter.by = this.#by.value === 'created' ? 'created' : 'changed'
        }),
    },
    h('option', { value: 'changed' }, 'by last change'),
    h('option', { value: 'created' }, 'by creation'),
  )
  #sort = h(
    'select',
    {
      'aria-label': 'Sort',
      onchange: () =>
        this.#apply(filter => {
          filter.sort = /** @type {any} */ (this.#sort.value)
        }),
    },
    ...Object.entries(sorts).map(([value, { label }]) => h('option', { value }, label)),
  )
  #states = h('div', { class: 'chips', role: 'group', 'aria-label': 'States' })
  /** @type {Map<string, { button: HTMLButtonElement, number: HTMLElement }>} */
  #chips = new Map()

  /** @param {import('./filter.js').Filter} filter @param {(filter: import('./filter.js').Filter) => void} changed */
  constructor(filter, changed) {
    this.filter = filter
    this.changed = changed
    for (const group of groupNames) this.#addChip(group)
    this.element = h(
      'div',
      { class: 'filters' },
      h(
        'div',
        { class: 'line' },
        h('label', { class: 'search' }, icon('search'), this.#search, h('kbd', { 'aria-hidden': 'true' }, '/')),
        this.#tokens,
        this.#periods,
        this.#by,
        h('span', { class: 'space' }),
        this.#sort,
      ),
      this.#states,
    )
    this.show(filter)
  }

  focus() {
    this.#search.focus()
    this.#search.select()
  }

  dispose() {
    clearTimeout(this.#delay)
  }

  /** @param {import('./filter.js').Filter} filter */
  show(filter) {
    this.filter = filter
    if (document.activeElement !== this.#search) this.#search.value = filter.q
    this.#by.value = filter.by
    this.#by.hidden = !filter.when
    this.#sort.value = filter.sort
    for (const [group, { button }] of this.#chips) {
      button.setAttribute('aria-pressed', String(filter.states.some(chosen => chosen === group)))
    }
    this.#drawPeriods()
    fill(this.#tokens)
    for (const [name, value] of filter.tokens) {
      append(this.#tokens, [
        h(
          'button',
          {
            type: 'button',
            class: 'token',
            'aria-label': `Remove the filter ${name} ${value}`,
            onclick: () => this.#apply(changed => changed.setToken(name, '')),
          },
          h('span', { class: 'dim' }, name + ' '),
          value,
          ' ×',
        ),
      ])
    }
  }

  /** @param {Partial<Record<string, number>>} counts by group */
  setCounts(counts) {
    for (const [group, { number }] of this.#chips) {
      const value = counts[group]
      number.textContent = value === undefined ? '' : count(value)
      number.classList.toggle('zero', value === 0)
    }
  }

  /** @param {import('../lib/states.js').Group} group */
  #addChip(group) {
    const number = h('span', { class: 'number' })
    const button = h(
      'button',
      {
        type: 'button',
        class: 'chip',
        'aria-pressed': 'false',
        title: `${groups[group].label}: ${groups[group].hint}`,
        onclick: () =>
          this.#apply(filter => {
            const chosen = filter.states.includes(group)
            filter.states = groupNames.filter(other => (other === group ? !chosen : filter.states.includes(other)))
          }),
      },
      stateIcon(group, 66),
      groups[group].label,
      ' ',
      number,
    )
    this.#chips.set(group, { button, number })
    this.#states.append(button)
  }

  #drawPeriods() {
    // Rebuilding them would take the focus from the one that was just pressed.
    if (this.#periods.childElementCount === 0) {
      for (const name of ['', ...Object.keys(periods)]) {
        this.#periods.append(
          h(
            'button',
            {
              type: 'button',
              'data-when': name,
              onclick: () =>
                this.#apply(filter => {
                  filter.when = name
                }),
            },
            name ? periods[name].label : 'Any time',
          ),
        )
      }
    }
    for (const button of this.#periods.querySelectorAll('button')) {
      const name = button.dataset.when ?? ''
      button.setAttribute('aria-pressed', String(name === this.filter.when))
      if (name) button.title = this.filter.hint(name)
    }
  }

  #typed() {
    clearTimeout(this.#delay)
    this.#delay = window.setTimeout(
      () =>
        this.#apply(filter => {
          filter.q = this.#search.value.trim()
        }),
      searchDelay,
    )
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.key === 'Enter') {
      clearTimeout(this.#delay)
      this.#apply(filter => filter.takeTokens(this.#search.value))
      this.#search.value = this.filter.q
    } else if (event.key === 'Escape' && this.#search.value) {
      this.#search.value = ''
      this.#typed()
    } else if (event.key === 'Escape' || event.key === 'ArrowDown') {
      this.element.parentElement?.querySelector('.grid')?.dispatchEvent(new CustomEvent('wanted'))
    } else {
      return
    }
    event.preventDefault()
  }

  /** @param {(filter: import('./filter.js').Filter) => void} change */
  #apply(change) {
    change(this.filter)
    this.changed(this.filter)
  }
}
