/** A table of any length, of which only the rows in view are in the document. */

import { fill, h } from './dom.js'

/** Browsers limit the height of an element; beyond this the scrollbar moves more than one row at a time. */
const highest = 8_000_000
const spare = 6
let grids = 0

/** @template T */
export class Grid {
  #id = 'g' + grids++
  #total = 0
  #active = 0
  #activeKey = ''
  #anchor = 0
  #rowHeight = 32
  #frame = 0
  /** @type {{ element: HTMLElement, cells: Node[], index: number }[]} */
  #rows = []
  #sizer = h('div', { class: 'sizer', role: 'rowgroup' })
  #head = h('div', { class: 'head row', role: 'row', 'aria-rowindex': 1 })

  /** @param {GridOptions<T>} options */
  constructor(options) {
    this.options = options
    this.element = h(
      'div',
      {
        class: `grid ${options.kind}`,
        role: 'grid',
        tabIndex: 0,
        'aria-label': options.label,
        'aria-multiselectable': options.selection ? 'true' : null,
        onkeydown: (/** @type {KeyboardEvent} */ event) => this.#key(event),
        onfocus: () => this.draw(),
        onblur: () => this.draw(),
      },
      h('div', { role: 'rowgroup', class: 'heads' }, this.#head),
      this.#sizer,
    )
    this.element.addEventListener('scroll', () => this.#schedule(), { passive: true })
    this.#sizer.addEventListener('click', event => this.#click(event))
    this.#drawHead('', 'ascending')
    this.resized = new ResizeObserver(() => this.#measure())
    this.resized.observe(this.element)
  }

  dispose() {
    this.resized.disconnect()
    cancelAnimationFrame(this.#frame)
  }

  get total() {
    return this.#total
  }

  /** @param {number} total */
  setTotal(total) {
    this.#total = total
    this.element.setAttribute('aria-rowcount', String(total + 1))
    this.#active = Math.min(this.#active, Math.max(0, total - 1))
    this.#sizer.style.height = this.#height + 'px'
    this.draw()
  }

  /** @param {string} column the id of the one that the rows are sorted by @param {'ascending' | 'descending'} direction */
  setSort(column, direction) {
    this.#drawHead(column, direction)
  }

  toTop() {
    this.element.scrollTop = 0
    this.#active = 0
    this.#activeKey = ''
    this.draw()
  }

  /** Keeps the rows in view where they are though others came before them. @param {number} rows */
  shift(rows) {
    // Who looks at the top wants to see what comes; everybody else wants to go on reading.
    if (rows === 0 || this.element.scrollTop < this.#rowHeight || this.#height >= highest) return
    this.element.scrollTop += rows * this.#rowHeight
  }

  get #height() {
    return Math.min(this.#total * this.#rowHeight, highest)
  }

  get #inView() {
    return Math.max(1, Math.floor((this.element.clientHeight - this.#head.offsetHeight) / this.#rowHeight))
  }

  /** The pixels of scrolling that move the table by one row. */
  get #pitch() {
    const inView = this.#inView
    return this.#total > inView && this.#height >= highest ? (highest - inView * this.#rowHeight) / (this.#total - inView) : this.#rowHeight
  }

  #measure() {
    const height = parseFloat(getComputedStyle(this.element).getPropertyValue('--row'))
    if (height > 0) this.#rowHeight = height
    this.setTotal(this.#total)
  }

  #schedule() {
    this.#frame ||= requestAnimationFrame(() => this.draw())
  }

  draw() {
    cancelAnimationFrame(this.#frame)
    this.#frame = 0
    if (!this.element.clientHeight) return
    this.#followActive()
    const top = this.element.scrollTop
    const pitch = this.#pitch
    const first = Math.max(0, Math.floor(top / pitch) - spare)
    const last = Math.min(this.#total, Math.floor(top / pitch) + this.#inView + 1 + spare)
    const size = this.#inView + 1 + 2 * spare
    while (this.#rows.length < size) this.#rows.push(this.#createRow(this.#rows.length))
    // A row keeps its place modulo the number of rows, so that scrolling by one draws one.
    for (const row of this.#rows) row.index = -1
    for (let index = first; index < last; index++) this.#rows[index % this.#rows.length].index = index
    for (const row of this.#rows) this.#drawRow(row, pitch)
    const focused = document.activeElement === this.element && this.#total > 0
    if (focused) this.element.setAttribute('aria-activedescendant', `${this.#id}-${this.#active % this.#rows.length}`)
    else this.element.removeAttribute('aria-activedescendant')
    this.options.shown?.(Math.min(first + spare, Math.max(0, this.#total - 1)), Math.max(0, last - 1))
  }

  /** The active row is an item and not a place: it moves with its item. */
  #followActive() {
    if (!this.#activeKey || this.#keyAt(this.#active) === this.#activeKey) return
    for (let distance = 1; distance < 100; distance++) {
      for (const index of [this.#active + distance, this.#active - distance]) {
        if (this.#keyAt(index) === this.#activeKey) this.#active = index
      }
      if (this.#keyAt(this.#active) === this.#activeKey) return
    }
    this.#activeKey = this.#keyAt(this.#active) ?? ''
  }

  /** @param {number} index */
  #keyAt(index) {
    const item = index < 0 ? undefined : this.options.item(index)
    return item === undefined ? undefined : this.options.key(item)
  }

  /** @param {string} sorted @param {'ascending' | 'descending'} direction */
  #drawHead(sorted, direction) {
    const { columns, selection, sort } = this.options
    const titles = columns.map(({ id, title, hint, sortable }) => {
      const by = id === sorted
      const arrow = by && h('span', { 'aria-hidden': 'true' }, direction === 'ascending' ? ' ↑' : ' ↓')
      const content = sortable
        ? h('button', { type: 'button', class: 'sort', tabIndex: -1, onclick: () => sort?.(id) }, title, arrow)
        : title
      return h('div', { class: 'cell ' + id, role: 'columnheader', title: hint, 'aria-sort': by ? direction : null }, content)
    })
    fill(this.#head, selection && h('div', { class: 'cell check', role: 'columnheader' }, selection.headBox), ...titles)
  }

  /** @param {number} slot */
  #createRow(slot) {
    const { columns, selection } = this.options
    const cells = columns.map(column => column.create?.() ?? document.createTextNode(''))
    const element = h(
      'div',
      { class: 'row', role: 'row', id: `${this.#id}-${slot}`, hidden: true },
      selection &&
        h('div', { class: 'cell check', role: 'gridcell' }, h('input', { type: 'checkbox', tabIndex: -1, 'aria-label': 'select' })),
      ...columns.map((column, number) => h('div', { class: 'cell ' + column.id, role: 'gridcell' }, cells[number])),
    )
    this.#sizer.append(element)
    return { element, cells, index: -1 }
  }

  /** @param {{ element: HTMLElement, cells: Node[], index: number }} row @param {number} pitch */
  #drawRow(row, pitch) {
    const { element, cells, index } = row
    element.hidden = index < 0
    if (index < 0) return
    const { columns, selection } = this.options
    const item = this.options.item(index)
    // If the scrollbar is scaled, rows are placed relative to what is in view.
    const top = this.element.scrollTop
    const place = pitch === this.#rowHeight ? index * pitch : top + (index - top / pitch) * this.#rowHeight
    element.style.transform = `translateY(${place}px)`
    element.setAttribute('aria-rowindex', String(index + 2))
    element.classList.toggle('active', index === this.#active && document.activeElement === this.element)
    element.classList.toggle('missing', item === undefined)
    if (item === undefined) return
    columns.forEach((column, number) => column.update(cells[number], item))
    if (!selection) return
    const key = this.options.key(item)
    const chosen = selection.has(key)
    const box = /** @type {HTMLInputElement} */ (/** @type {Element} */ (element.firstChild).firstChild)
    box.checked = chosen
    box.disabled = selection.all
    element.setAttribute('aria-selected', String(chosen))
  }

  /** @param {MouseEvent} event */
  #click(event) {
    const target = /** @type {Element} */ (event.target)
    const row = this.#rows.find(candidate => candidate.element.contains(target))
    if (!row || row.index < 0) return
    const item = this.options.item(row.index)
    if (item === undefined) return
    const anchor = event.shiftKey ? this.#anchor : row.index
    this.#activate(row.index)
    if (target.closest('.check')) {
      // The box draws itself; the selection decides which rows are chosen.
      if (anchor !== row.index) this.#selectRange(anchor, row.index)
      else this.#toggle(row.index)
    } else if (!target.closest('a') && !getSelection()?.toString()) {
      this.options.open(item)
    }
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.target !== this.element || event.altKey) return
    const { selection } = this.options
    const command = event.ctrlKey || event.metaKey
    const page = this.#inView - 1
    /** @type {Record<string, number>} */
    const moves = { ArrowDown: 1, ArrowUp: -1, j: 1, k: -1, PageDown: page, PageUp: -page, Home: -this.#total, End: this.#total }
    if (event.key in moves && !command) this.#move(moves[event.key], event.shiftKey)
    else if (event.key === 'Enter' && !command) this.#openActive()
    else if ((event.key === ' ' || event.key === 'x') && selection && !command) this.#toggle(this.#active)
    else if (event.key === 'a' && command && selection) selection.setAll(true)
    else if (event.key === 'Escape' && selection && selection.size(this.#total) > 0) selection.clear()
    else return
    event.preventDefault()
    event.stopPropagation()
    this.draw()
  }

  #openActive() {
    const item = this.options.item(this.#active)
    if (item !== undefined) this.options.open(item)
  }

  /** @param {number} by @param {boolean} select */
  #move(by, select) {
    const to = Math.max(0, Math.min(this.#total - 1, this.#active + by))
    const anchor = this.#anchor
    if (select && this.options.selection) this.#selectRange(anchor, to)
    this.#activate(to)
    if (select) this.#anchor = anchor
    const pitch = this.#pitch
    const inView = this.#inView
    const first = Math.ceil(this.element.scrollTop / pitch)
    if (to < first) this.element.scrollTop = to * pitch
    else if (to >= first + inView) this.element.scrollTop = (to - inView + 1) * pitch
  }

  /** @param {number} index */
  #activate(index) {
    this.#active = this.#anchor = index
    this.#activeKey = this.#keyAt(index) ?? ''
    this.element.focus({ preventScroll: true })
  }

  /** @param {number} index */
  #toggle(index) {
    const key = this.#keyAt(index)
    if (key !== undefined) this.options.selection?.toggle(key)
    this.draw()
  }

  /** @param {number} from @param {number} to */
  #selectRange(from, to) {
    const keys = []
    for (let index = Math.min(from, to); index <= Math.max(from, to); index++) {
      const key = this.#keyAt(index)
      if (key !== undefined) keys.push(key)
    }
    this.options.selection?.add(keys)
  }
}
