/** A long list of which only the pages in view are in memory. */

const pageSize = 100
/** Pages out of view are forgotten beyond this, so that memory does not grow with scrolling. */
const keptPages = 30
/** While somebody drags the scrollbar, pages that are gone by again are not worth a request. */
const settle = 70

/**
 * @typedef {object} Page
 * @property {JobRow[]} rows
 * @property {boolean} stale
 */

export class Pages {
  total = 0
  loaded = false
  /** @type {Error | null} */
  problem = null
  /** @type {Map<number, Page>} */
  #pages = new Map()
  /** @type {Map<string, JobRow>} */
  #byUid = new Map()
  #first = 0
  #last = 0
  /** @type {{ from: number, to: number, controller: AbortController } | null} */
  #request = null
  #timer = 0

  /**
   * @param {(from: number, limit: number, signal: AbortSignal) => Promise<{ rows: JobRow[], total: number }>} load
   * @param {(shift: number) => void} changed told when rows have come, and by how many places those in view have moved
   */
  constructor(load, changed) {
    this.load = load
    this.changed = changed
  }

  /** @param {number} index @returns {JobRow | undefined} */
  item(index) {
    return this.#pages.get(Math.floor(index / pageSize))?.rows[index % pageSize]
  }

  /** @param {string} uid */
  find(uid) {
    return this.#byUid.get(uid)
  }

  /** Loads the rows that are in view. @param {number} first @param {number} last */
  show(first, last) {
    this.#first = first
    this.#last = Math.max(first, last)
    if (this.#missing().length > 0) this.#soon()
  }

  /** Forgets everything: the filter is another one. */
  reset() {
    this.#abort()
    this.#pages.clear()
    this.#byUid.clear()
    this.total = 0
    this.loaded = false
    this.problem = null
    this.#first = this.#last = 0
    this.#run()
  }

  /** Reads what is in view again; the old rows stay until the new ones are there. */
  refresh() {
    for (const page of this.#pages.values()) page.stale = true
    // A request that has begun may have been answered before the change.
    this.#abort()
    this.#run()
  }

  dispose() {
    this.#abort()
  }

  #abort() {
    clearTimeout(this.#timer)
    this.#timer = 0
    this.#request?.controller.abort()
    this.#request = null
  }

  #soon() {
    clearTimeout(this.#timer)
    this.#timer = window.setTimeout(() => this.#run(), settle)
  }

  #missing() {
    const missing = []
    for (let page = Math.floor(this.#first / pageSize); page <= Math.floor(this.#last / pageSize); page++) {
      if (page > 0 && page * pageSize >= this.total) break
      if (this.#pages.get(page)?.stale ?? true) missing.push(page)
    }
    return missing
  }

  async #run() {
    const missing = this.#missing()
    if (missing.length === 0) return
    const from = missing[0]
    const to = missing[missing.length - 1]
    if (this.#request) {
      if (this.#request.from <= to && this.#request.to >= from) return
      this.#request.controller.abort()
    }
    const request = (this.#request = { from, to, controller: new AbortController() })
    try {
      const answer = await this.load(from * pageSize, (to - from + 1) * pageSize, request.controller.signal)
      if (this.#request !== request) return
      this.#request = null
      this.#take(from, to, answer.rows, answer.total)
    } catch (problem) {
      if (this.#request !== request) return
      this.#request = null
      this.problem = /** @type {Error} */ (problem)
      this.changed(0)
    }
  }

  /** @param {number} from @param {number} to @param {JobRow[]} rows @param {number} total */
  #take(from, to, rows, total) {
    const anchor = this.item(this.#first)?.uid
    for (let page = from; page <= to; page++) {
      const part = rows.slice((page - from) * pageSize, (page - from + 1) * pageSize)
      this.#forget(page)
      if (part.length > 0) this.#pages.set(page, { rows: part, stale: false })
      for (const row of part) this.#byUid.set(row.uid, row)
    }
    this.total = total
    this.loaded = true
    this.problem = null
    this.#trim()
    const moved = anchor === undefined ? -1 : rows.findIndex(row => row.uid === anchor)
    this.changed(moved < 0 ? 0 : from * pageSize + moved - this.#first)
    if (this.#missing().length > 0) this.#soon()
  }

  #trim() {
    for (const page of [...this.#pages.keys()]) {
      const inView = page >= Math.floor(this.#first / pageSize) && page <= Math.floor(this.#last / pageSize)
      if (page * pageSize >= this.total) this.#forget(page)
      else if (this.#pages.size > keptPages && !inView) this.#forget(page)
    }
  }

  /** @param {number} number */
  #forget(number) {
    const page = this.#pages.get(number)
    if (!page) return
    this.#pages.delete(number)
    for (const row of page.rows) {
      if (this.#byUid.get(row.uid) === row) this.#byUid.delete(row.uid)
    }
  }
}
