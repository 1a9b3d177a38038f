/** The filter of the list of jobs: read from the address, and turned into a query of the API. */

import { now } from '../lib/format.js'
import { groupNames, setStates } from '../lib/states.js'

/** @typedef {{ label: string, by: 'changed' | 'created', from: () => Date, to?: () => Date }} Period */

/** The filters that the search field accepts as `name:value`, with the parameter of each. */
export const tokens = /** @type {const} */ ({ tag: 'tags', worker: 'executor', batch: 'batch', type: 'type' })

export const sorts = /** @type {const} */ ({
  newest_first: { label: 'Newest first', column: 'age', direction: 'ascending' },
  oldest_first: { label: 'Oldest first', column: 'age', direction: 'descending' },
  updated: { label: 'Last changed', column: 'changed', direction: 'ascending' },
  priority: { label: 'Priority', column: 'priority', direction: 'descending' },
})

/** @typedef {keyof typeof sorts} Sort */

/** @param {number} days @param {number} hours */
function at(days, hours) {
  const date = new Date(now())
  date.setDate(date.getDate() + days)
  date.setHours(hours, 0, 0, 0)
  return date
}

/** @type {Record<string, { label: string, hint: string, from: () => Date, to?: () => Date }>} */
export const periods = {
  today: { label: 'Today', hint: 'since midnight', from: () => at(0, 0) },
  night: { label: 'Last night', hint: 'from 18:00 yesterday to 8:00 today', from: () => at(-1, 18), to: () => at(0, 8) },
  '24h': { label: '24 hours', hint: 'the last 24 hours', from: () => new Date(now() - 24 * 3600e3) },
  '3d': { label: '3 days', hint: 'the last 3 days', from: () => new Date(now() - 72 * 3600e3) },
}

export class Filter {
  /** @param {URLSearchParams} query of the address */
  constructor(query) {
    const named = (query.get('states') ?? '').split(',')
    this.states = groupNames.filter(group => named.includes(group))
    this.when = periods[query.get('when') ?? ''] ? /** @type {string} */ (query.get('when')) : ''
    this.by = query.get('by') === 'created' ? 'created' : 'changed'
    this.q = query.get('q') ?? ''
    this.sort = /** @type {Sort} */ (Object.hasOwn(sorts, query.get('sort') ?? '') ? query.get('sort') : 'newest_first')
    /** @type {[keyof typeof tokens, string][]} */
    this.tokens = []
    for (const [name, parameter] of Object.entries(tokens)) {
      const value = query.get(parameter)
      if (value) this.tokens.push([/** @type {keyof typeof tokens} */ (name), value])
    }
  }

  /** True if every job fits. */
  get isEmpty() {
    return this.states.length === 0 && this.isStateOnly
  }

  /** True if nothing but states is filtered: then the farm's own numbers are those of the filter. */
  get isStateOnly() {
    return !this.when && !this.q && this.tokens.length === 0
  }

  /** The parts of the address. */
  get parameters() {
    return {
      states: this.states.join(','),
      when: this.when,
      by: this.when && this.by === 'created' ? 'created' : '',
      q: this.q,
      ...Object.fromEntries(this.tokens.map(([name, value]) => [tokens[name], value])),
      sort: this.sort === 'newest_first' ? '' : this.sort,
    }
  }

  /** The query of the API for the jobs that fit. @param {import('../lib/states.js').Group[]} [states] instead of the chosen ones */
  apiQuery(states = this.states) {
    const query = new URLSearchParams()
    setStates(states, query)
    const period = periods[this.when]
    if (period && this.by === 'created') {
      query.set('from_date', period.from().toISOString())
      const to = period.to?.()
      // Before eight o'clock the night is not over.
      if (to && to.getTime() < now()) query.set('to_date', to.toISOString())
    } else if (period) {
      query.set('updated_since', period.from().toISOString())
    }
    if (this.q) query.set('q', this.q)
    for (const [name, value] of this.tokens) query.set(tokens[name], value)
    return query
  }

  /** The hint of a period, which has no end where the last change counts. @param {string} name */
  hint(name) {
    if (this.by === 'created') return `Created ${periods[name].hint}`
    return `Changed ${name === 'night' ? 'since 18:00 yesterday' : periods[name].hint}`
  }

  /** Takes `tag:4k` out of a search into the tokens. @param {string} search */
  takeTokens(search) {
    const rest = []
    for (const word of search.trim().split(/\s+/)) {
      const [, name, value] = /^(tag|worker|batch|type):(.+)$/.exec(word) ?? []
      if (!name) rest.push(word)
      else this.setToken(/** @type {keyof typeof tokens} */ (name), value)
    }
    this.q = rest.join(' ')
  }

  /** @param {keyof typeof tokens} name @param {string} value nothing to remove it */
  setToken(name, value) {
    this.tokens = this.tokens.filter(([other]) => other !== name)
    if (value) this.tokens.push([name, value])
  }
}
