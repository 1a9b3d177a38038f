/** Charts, drawn by hand: bars that go up for what has finished and down for what has failed, and an area for the queue. */

import { fill, h, s } from './dom.js'
import { count, plural } from './format.js'

const axis = 16

/** @typedef {{ at: number, up: number, down: number }} Bar */

/** Redraws when the width changes, so that texts keep their size. */
class Chart {
  #width = 0
  #height = 0
  #svg = s('svg', { role: 'img' })

  /** @param {string} title */
  constructor(title) {
    this.note = h('span', { class: 'dim' })
    this.element = h('figure', { class: 'chart' }, h('figcaption', {}, h('h2', {}, title), this.note), this.#svg)
    this.observer = new ResizeObserver(() => {
      const { width, height } = this.#svg.getBoundingClientRect()
      if (width === 0 || (Math.floor(width) === this.#width && height === this.#height)) return
      this.#width = Math.floor(width)
      this.#height = height
      this.draw()
    })
    this.observer.observe(this.element)
  }

  dispose() {
    this.observer.disconnect()
  }

  draw() {}

  get width() {
    return this.#width
  }

  get height() {
    return this.#height
  }

  /** @param {string} label @param {...import('./dom.js').Child} content */
  show(label, ...content) {
    this.#svg.setAttribute('aria-label', label)
    this.#svg.setAttribute('viewBox', `0 0 ${this.#width} ${this.#height}`)
    fill(this.#svg, ...content)
  }

  /** The hours below a chart. @param {number[]} hours @param {number} step */
  hours(hours, step) {
    return hours.map(
      (at, index) =>
        new Date(at).getHours() % 6 === 0 &&
        s(
          'text',
          {
            class: 'axis',
            x: Math.min(this.#width - 14, Math.max(14, (index + 0.5) * step)),
            y: this.#height - 3,
            'text-anchor': 'middle',
          },
          new Date(at).toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit' }),
        ),
    )
  }
}

export class BarChart extends Chart {
  /** @type {Bar[]} */
  #bars = []

  /** @param {Bar[]} bars */
  setBars(bars) {
    this.#bars = bars
    this.draw()
  }

  draw() {
    const bars = this.#bars
    if (this.width === 0 || bars.length === 0) return
    const step = this.width / bars.length
    const up = Math.max(1, ...bars.map(bar => bar.up))
    const down = Math.max(0, ...bars.map(bar => bar.down))
    const room = this.height - axis - 14
    const scale = room / (up + down)
    const base = 12 + up * scale
    const total = (/** @type {'up' | 'down'} */ which) => bars.reduce((sum, bar) => sum + bar[which], 0)
    this.show(
      `Last 24 hours: ${count(total('up'))} finished, ${count(total('down'))} failed; at most ${count(up)} finished in an hour`,
      ...bars.map((bar, index) => this.#bar(bar, index * step, step, base, scale)),
      s('line', { class: 'base', x1: 0, x2: this.width, y1: base, y2: base }),
      s('text', { class: 'axis', x: 0, y: 9 }, `${count(up)} an hour`),
      ...this.hours(
        bars.map(bar => bar.at),
        step,
      ),
    )
  }

  /** @param {Bar} bar @param {number} x @param {number} step @param {number} base @param {number} scale */
  #bar(bar, x, step, base, scale) {
    const wide = Math.max(1, step - Math.min(4, step / 4))
    const tall = (/** @type {number} */ value) => (value > 0 ? Math.max(1.5, value * scale) : 0)
    const time = new Date(bar.at).toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit' })
    return s(
      'g',
      {},
      s('title', {}, `From ${time}: ${count(bar.up)} finished, ${count(bar.down)} failed`),
      s('rect', { class: 'room', x, y: 0, width: step, height: this.height - axis }),
      s('rect', { class: 'up', x, y: base - tall(bar.up), width: wide, height: tall(bar.up), rx: 1.5 }),
      s('rect', { class: 'down', x, y: base + 1, width: wide, height: tall(bar.down), rx: 1.5 }),
    )
  }
}

export class AreaChart extends Chart {
  /** @type {{ at: number, value: number }[]} */
  #points = []

  /** @param {{ at: number, value: number }[]} points */
  setPoints(points) {
    this.#points = points
    this.draw()
  }

  draw() {
    const points = this.#points
    if (this.width === 0 || points.length === 0) return
    const step = this.width / points.length
    const most = Math.max(1, ...points.map(point => point.value))
    const bottom = this.height - axis
    const place = (/** @type {number} */ value) => bottom - ((bottom - 14) * value) / most
    const line = points.map((point, index) => `${((index + 0.5) * step).toFixed(1)},${place(point.value).toFixed(1)}`)
    const latest = points[points.length - 1]
    this.show(
      `Last 24 hours: at most ${plural(most, 'job')}, now ${count(latest.value)}`,
      s('polygon', { class: 'area', points: `${step / 2},${bottom} ${line.join(' ')} ${this.width - step / 2},${bottom}` }),
      s('polyline', { class: 'line', points: line.join(' ') }),
      ...points.map((point, index) =>
        s(
          'g',
          {},
          s(
            'title',
            {},
            `${new Date(point.at).toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit' })}: ${plural(point.value, 'job')}`,
          ),
          s('rect', { class: 'room', x: index * step, y: 0, width: step, height: bottom }),
        ),
      ),
      s('circle', { class: 'dot', cx: this.width - step / 2, cy: place(latest.value), r: 3 }),
      s('line', { class: 'base', x1: 0, x2: this.width, y1: bottom, y2: bottom }),
      s('text', { class: 'axis', x: 0, y: 9 }, plural(most, 'job')),
      ...this.hours(
        points.map(point => point.at),
        step,
      ),
    )
  }
}
