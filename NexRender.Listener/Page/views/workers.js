/** The workers: what they do, and when they were last heard of. */

import { addressOf, replaceAddress } from '../lib/address.js'
import { getJson, isAborted, messageOf, send } from '../lib/api.js'
import { complain, confirm, emptyState, errorState, loadingState, tell } from '../lib/dialogs.js'
import { fill, h, icon, Scope, throttle, write } from '../lib/dom.js'
import { count, plural, text } from '../lib/format.js'
import { Grid } from '../lib/grid.js'
import { live } from '../lib/live.js'
import { stateIcon } from '../lib/states.js'
import { stats } from '../lib/stats.js'
import { isIn, labels, workerColumns } from './worker-columns.js'

/** @type {Record<string, string>} */
const hints = {
  busy: 'renders a job',
  idle: 'asks for jobs, and there is none for it',
  silent: 'has not been heard of for a while',
  paused: 'gets no jobs until it is resumed',
}
const order = Object.keys(labels)

/** @param {Address} address @returns {View} */
export function createWorkers(address) {
  const scope = new Scope()
  /** @type {Map<string, FarmWorker>} */
  let all = new Map()
  /** @type {FarmWorker[]} */
  let shown = []
  let query = address.query
  const place = h('div', { class: 'place' }, loadingState(8))
  const total = h('p', { class: 'total number' })
  const search = h('input', {
    type: 'search',
    placeholder: 'Search',
    'aria-label': 'Search in name, address, tags and version',
    autocomplete: 'off',
    spellcheck: 'false',
    value: query.get('q') ?? '',
    oninput: () => change('q', search.value.trim()),
    onkeydown: (/** @type {KeyboardEvent} */ event) => {
      if (event.key !== 'ArrowDown' && event.key !== 'Enter') return
      grid.element.focus()
      event.preventDefault()
    },
  })
  const chips = h(
    'div',
    { class: 'chips', role: 'group', 'aria-label': 'States' },
    ...Object.entries(labels).map(([state, label]) =>
      h(
        'button',
        { type: 'button', class: 'chip', 'data-state': state, title: `${label}: ${hints[state]}`, onclick: () => toggle(state) },
        stateIcon(state, 66),
        label,
        ' ',
        h('span', { class: 'number' }),
      ),
    ),
  )
  const grid = new Grid({
    label: 'Workers',
    kind: 'workers',
    columns: workerColumns(act),
    item: index => shown[index],
    key: worker => worker.name,
    open: worker => {
      location.hash = worker.job ? addressOf('jobs', worker.job.uid) : addressOf('jobs', null, { executor: worker.name })
    },
  })
  const element = h(
    'section',
    { class: 'view workers-view' },
    h('h1', { class: 'hidden', tabIndex: -1 }, 'Workers'),
    h(
      'div',
      { class: 'filters' },
      h('div', { class: 'line' }, h('label', { class: 'search' }, icon('search'), search, h('kbd', { 'aria-hidden': 'true' }, '/'))),
      chips,
    ),
    place,
    grid.element,
    h('div', { class: 'foot' }, total),
  )
  const redraw = throttle(0, 100, draw, scope)
  live.workers.on(latest => {
    for (const worker of latest) all.set(worker.name, worker)
    redraw()
  }, scope)
  live.jobs.on(take, scope)
  live.refresh.on(load, scope)
  stats.changed.on(redraw, scope)
  load()
  return {
    element,
    title: 'Workers',
    refresh: load,
    update: changed => {
      query = changed.query
      if (document.activeElement !== search) search.value = query.get('q') ?? ''
      draw()
    },
    focusSearch: () => search.focus(),
    dispose: () => {
      scope.dispose()
      grid.dispose()
    },
  }

  async function load() {
    try {
      const list = /** @type {FarmWorker[]} */ (await getJson('/workers', { signal: scope.signal }))
      all = new Map(list.map(worker => [worker.name, worker]))
      draw()
    } catch (problem) {
      if (!isAborted(problem)) fill(place, errorState(messageOf(problem), load))
    }
  }

  /** The progress of a worker's job comes with the events of the job. @param {JobEvent[]} events */
  function take(events) {
    for (const { status } of events) {
      const worker = typeof status.jobExecutor === 'string' ? all.get(status.jobExecutor) : undefined
      if (worker?.job?.uid !== status.uid) continue
      worker.job = { uid: status.uid, state: status.state, progress: status.renderProgress }
      if (typeof status.updatedAt === 'string') worker.lastSeen = status.updatedAt
    }
    redraw()
  }

  /** @param {string} name @param {string} value */
  function change(name, value) {
    replaceAddress(addressOf('workers', null, { ...Object.fromEntries(query), [name]: value }))
  }

  /** @param {string} state */
  function toggle(state) {
    const chosen = new Set((query.get('states') ?? '').split(',').filter(other => other))
    if (!chosen.delete(state)) chosen.add(state)
    change('states', [...chosen].join(','))
  }

  function draw() {
    const chosen = (query.get('states') ?? '').split(',').filter(state => state)
    const words = (query.get('q') ?? '').toLowerCase()
    shown = [...all.values()]
      .filter(worker => chosen.length === 0 || chosen.some(state => isIn(worker, state)))
      .filter(
        worker =>
          !words || [worker.name, worker.address, worker.tags, worker.version].some(part => text(part).toLowerCase().includes(words)),
      )
      .sort((a, b) => order.indexOf(a.state) - order.indexOf(b.state) || a.name.localeCompare(b.name, undefined, { numeric: true }))
    for (const chip of chips.querySelectorAll('button')) {
      const state = chip.dataset.state ?? ''
      chip.setAttribute('aria-pressed', String(chosen.includes(state)))
      const number = [...all.values()].filter(worker => isIn(worker, state)).length
      write(/** @type {Element} */ (chip.lastElementChild), count(number))
    }
    grid.element.hidden = shown.length === 0
    fill(
      place,
      shown.length === 0 &&
        (all.size === 0
          ? emptyState(
              'No worker has asked for a job yet',
              'A worker appears here with its first request. Start one with --host and the address of this server.',
            )
          : emptyState(
              'No worker fits',
              'No worker has these states and words at once.',
              h('a', { class: 'button', href: addressOf('workers') }, 'Show all workers'),
            )),
    )
    place.hidden = shown.length > 0
    total.textContent =
      all.size === 0
        ? ''
        : shown.length === all.size
          ? plural(all.size, 'worker')
          : `${count(shown.length)} of ${plural(all.size, 'worker')}`
    grid.setTotal(shown.length)
  }

  /** @param {FarmWorker} worker @param {'pause' | 'resume' | 'forget'} action */
  async function act(worker, action) {
    const path = `/workers/${encodeURIComponent(worker.name)}`
    try {
      if (action === 'forget') {
        const lines = ['Its counts are lost. It appears again when it asks for a job.']
        if ((await confirm({ title: `Forget ${worker.name}?`, lines, verb: 'Forget', danger: true })) === null) return
        await send('DELETE', path)
        all.delete(worker.name)
      } else {
        all.set(worker.name, await (await send('PATCH', `${path}/${action}`)).json())
      }
      tell(`${worker.name} is ${{ pause: 'paused: it gets no jobs', resume: 'resumed', forget: 'forgotten' }[action]}.`)
      draw()
    } catch (problem) {
      complain(messageOf(problem))
    }
  }
}
