/** The list of jobs: filter, table, selection. */

import { addressOf, replaceAddress } from '../lib/address.js'
import { isAborted, messageOf, send } from '../lib/api.js'
import { announce, emptyState, errorState, loadingState } from '../lib/dialogs.js'
import { fill, h, Scope, throttle } from '../lib/dom.js'
import { plural } from '../lib/format.js'
import { Grid } from '../lib/grid.js'
import { live } from '../lib/live.js'
import { Pages } from '../lib/pages.js'
import { Selection } from '../lib/selection.js'
import { applyEvent, countsOf, groupNames } from '../lib/states.js'
import { maySubmit, stats } from '../lib/stats.js'
import { BatchLine } from './batch-line.js'
import { Filter, sorts } from './filter.js'
import { FilterBar } from './filter-bar.js'
import { jobColumns } from './job-columns.js'
import { SelectionBar } from './selection-bar.js'

/** @param {Address} address @returns {View} */
export function createJobs(address) {
  const scope = new Scope()
  let filter = new Filter(address.query)
  const selection = new Selection()
  const pages = new Pages(load, shift => draw(shift))
  const place = h('div', { class: 'place' })
  const total = h('p', { class: 'total number' })
  const bar = new FilterBar(filter, changed => replaceAddress(addressOf('jobs', null, changed.parameters)))
  const grid = new Grid({
    label: 'Jobs',
    kind: 'jobs',
    columns: jobColumns,
    selection,
    item: index => pages.item(index),
    key: job => job.uid,
    open: job => {
      location.hash = addressOf('jobs', job.uid)
    },
    shown: (first, last) => pages.show(first, last),
    sort: column => {
      const other = filter.sort === 'newest_first' ? 'oldest_first' : 'newest_first'
      filter.sort = column === 'priority' ? 'priority' : column === 'changed' ? 'updated' : other
      replaceAddress(addressOf('jobs', null, filter.parameters))
    },
  })
  const batch = new BatchLine(scope)
  const acts = new SelectionBar(
    selection,
    () => filter.apiQuery(),
    () => pages.total,
    scope,
  )
  grid.element.addEventListener('wanted', () => grid.element.focus())
  selection.changed.on(() => grid.draw(), scope)
  const element = h(
    'section',
    { class: 'view jobs-view' },
    h('h1', { class: 'hidden', tabIndex: -1 }, 'Jobs'),
    bar.element,
    batch.element,
    place,
    grid.element,
    h('div', { class: 'foot' }, total, acts.element),
  )

  const resync = throttle(120, 700, () => pages.refresh(), scope)
  const recount = throttle(200, 1500, count, scope)
  const redraw = throttle(0, 100, () => grid.draw(), scope)
  live.jobs.on(take, scope)
  live.refresh.on(refresh, scope)
  stats.changed.on(() => {
    if (filter.isStateOnly) count()
  }, scope)
  start()
  return {
    element,
    title: 'Jobs',
    refresh,
    update: changed => {
      filter = new Filter(changed.query)
      bar.show(filter)
      start()
    },
    focusSearch: () => bar.focus(),
    dispose: () => {
      scope.dispose()
      bar.dispose()
      pages.dispose()
      grid.dispose()
    },
  }

  function start() {
    const { column, direction } = sorts[filter.sort]
    grid.setSort(column, direction)
    if (selection.size(pages.total) > 0) selection.clear()
    pages.reset()
    grid.toTop()
    draw(0)
    count()
    batch.show(filter.tokens.find(([name]) => name === 'batch')?.[1] ?? '')
  }

  function refresh() {
    pages.refresh()
    batch.refresh()
    if (!filter.isStateOnly) count()
  }

  /** @param {number} from @param {number} limit @param {AbortSignal} signal */
  async function load(from, limit, signal) {
    const query = filter.apiQuery()
    query.set('minimal', 'true')
    query.set('sort', filter.sort)
    query.set('limit', String(limit))
    if (from > 0) query.set('from', String(from))
    const response = await send('GET', '/jobs/status', { query, signal })
    const rows = /** @type {JobRow[]} */ (await response.json())
    return { rows, total: Number(response.headers.get('x-total-count') ?? from + rows.length) }
  }

  /** @param {JobEvent[]} events */
  function take(events) {
    let moved = false
    for (const event of events) {
      const row = pages.find(event.status.uid)
      if (row) applyEvent(row, event)
      if (event.change.kind === 'removed') selection.remove(event.status.uid)
      if (event.change.kind !== 'progress' || filter.sort === 'updated') moved = true
    }
    redraw()
    if (!moved) return
    resync()
    if (!filter.isStateOnly) recount()
  }

  /** @param {number} shift */
  function draw(shift) {
    grid.shift(shift)
    grid.setTotal(pages.total)
    const { loaded, problem } = pages
    const empty = loaded && pages.total === 0
    grid.element.hidden = !loaded || empty
    fill(place, problem ? errorState(messageOf(problem), () => pages.reset()) : !loaded ? loadingState(12) : empty && nothing())
    place.hidden = place.childElementCount === 0
    const words = !loaded ? '' : filter.isEmpty ? plural(pages.total, 'job') : `${plural(pages.total, 'job')} fit`
    if (total.textContent === words) return
    total.textContent = words
    // Only the result of a filter is announced: a busy farm would never be silent.
    if (document.activeElement?.closest('.filters')) announce(words)
  }

  function nothing() {
    if (!filter.isEmpty) {
      return emptyState(
        'No job fits',
        'No job has these states, times and words at once.',
        h(
          'button',
          {
            type: 'button',
            onclick: () => {
              location.hash = addressOf('jobs')
            },
          },
          'Show all jobs',
        ),
      )
    }
    return emptyState(
      'There are no jobs yet',
      'They appear here as soon as one is submitted, by the page, by a script or by a client of nexrender.',
      maySubmit() ? h('a', { class: 'button', href: addressOf('submit') }, 'Submit a job') : null,
    )
  }

  async function count() {
    if (filter.isStateOnly) {
      if (stats.latest) bar.setCounts(countsOf(stats.latest))
      return
    }
    try {
      const asked = filter
      const counts = await Promise.all(groupNames.map(countOne))
      if (asked === filter) bar.setCounts(Object.fromEntries(groupNames.map((group, index) => [group, counts[index]])))
    } catch (problem) {
      if (!isAborted(problem)) bar.setCounts({})
    }
  }

  /** @param {import('../lib/states.js').Group} group */
  async function countOne(group) {
    const query = filter.apiQuery([group])
    query.set('limit', '1')
    query.set('minimal', 'true')
    const response = await send('GET', '/jobs/status', { query, signal: scope.signal })
    await response.arrayBuffer()
    return Number(response.headers.get('x-total-count') ?? 0)
  }
}
