/** The whole farm at a glance; with `?wall` for a screen on the wall. */

import { addressOf } from '../lib/address.js'
import { isAborted, messageOf, send } from '../lib/api.js'
import { AreaChart, BarChart } from '../lib/chart.js'
import { errorState, loadingState } from '../lib/dialogs.js'
import { fill, h, Scope, throttle } from '../lib/dom.js'
import { count, duration, firstLine, plural, roughly, since, text, now } from '../lib/format.js'
import { live } from '../lib/live.js'
import { applyEvent, countsOf, ProgressBar, stateIcon, stateLabel } from '../lib/states.js'
import { mayChange, refreshStats, stats } from '../lib/stats.js'
import { toggleQueue } from './actions.js'
import { estimate, farmLine, openJobs, today } from './farm.js'

const rendering = { states: 'rendering', sort: 'oldest_first', limit: '8', minimal: 'true' }
const failed = { states: 'error', exclude_states: 'cancelled', sort: 'updated', limit: '6', minimal: 'true' }

/** @returns {View} */
export function createOverview() {
  const scope = new Scope()
  /** @type {JobRow[]} */
  let running = []
  const line = h('p', { class: 'farm-line' })
  const figures = h('dl', { class: 'figures' })
  const ended = new BarChart('Finished and failed per hour')
  const depth = new AreaChart('Jobs not ended')
  depth.note.textContent = 'counted back from the jobs created and ended'
  const renders = h('section', { class: 'section' })
  const errors = h('section', { class: 'section' })
  const queue = h('section', { class: 'section' })
  const numbers = h('section', { class: 'section' })
  const content = h(
    'div',
    { class: 'overview', hidden: true },
    line,
    figures,
    h('div', { class: 'charts' }, ended.element, depth.element),
    h('div', { class: 'columns' }, renders, errors, queue, numbers),
  )
  const wait = h('div', { class: 'place' }, loadingState(8))
  const element = h('section', { class: 'view overview-view' }, h('h1', { class: 'hidden', tabIndex: -1 }, 'Overview'), wait, content)
  const soon = throttle(150, 1000, loadLists, scope)
  live.jobs.on(take, scope)
  live.refresh.on(loadLists, scope)
  stats.changed.on(draw, scope)
  stats.failed.on(problem => {
    if (!stats.latest) fill(wait, errorState(problem, refreshStats))
  }, scope)
  if (stats.latest) draw(stats.latest)
  loadLists()
  return {
    element,
    title: 'Overview',
    refresh: loadLists,
    dispose: () => {
      scope.dispose()
      ended.dispose()
      depth.dispose()
    },
  }

  /** @param {JobEvent[]} events */
  function take(events) {
    let moved = false
    for (const event of events) {
      const row = running.find(({ uid }) => uid === event.status.uid)
      if (row && event.change.kind === 'progress') applyEvent(row, event)
      else moved = true
    }
    drawRunning()
    if (moved && events.some(({ change }) => change.kind !== 'progress')) soon()
  }

  /** @param {Stats} latest */
  function draw(latest) {
    wait.hidden = true
    content.hidden = false
    fill(line, ...farmLine(latest))
    drawFigures(latest)
    ended.setBars(latest.hours.map(hour => ({ at: Date.parse(hour.hour), up: hour.finished, down: hour.failed })))
    depth.setPoints(openJobs(latest))
    drawQueue(latest)
    drawNumbers(latest)
  }

  /** @param {Stats} latest */
  function drawFigures(latest) {
    const counts = countsOf(latest)
    const oldest = latest.queue.oldestWaitSeconds
    const ended = today(latest)
    /** @type {[string, import('../lib/dom.js').Child, string | null, string][]} */
    const all = [
      ['Rendering', count(counts.rendering + counts.picked), addressOf('jobs', null, { states: 'picked,rendering' }), ''],
      ['Queued', count(counts.queued), addressOf('jobs', null, { states: 'queued', sort: 'oldest_first' }), ''],
      ['Oldest wait', oldest === null ? '–' : since(new Date(stats.readAt - oldest * 1000).toISOString(), 'age'), null, ''],
      ['Finished today', count(ended.finished), addressOf('jobs', null, { states: 'finished', when: 'today' }), ''],
      [
        'Failed today',
        count(ended.failed),
        addressOf('jobs', null, { states: 'failed', when: 'today' }),
        ended.failed > 0 ? 'bad' : '',
      ],
      ['Done in', estimate(latest), null, 'estimate'],
    ]
    fill(
      figures,
      ...all.map(([name, value, address, kind]) =>
        h(
          'div',
          { class: kind },
          h('dt', {}, name, kind === 'estimate' && ' (estimate)'),
          h('dd', { class: 'number' }, address ? h('a', { href: address }, value) : value),
        ),
      ),
    )
  }

  async function loadLists() {
    try {
      const [runs, fails] = await Promise.all(
        [rendering, failed].map(query =>
          send('GET', '/jobs/status', { query: new URLSearchParams(query), signal: scope.signal }).then(response => response.json()),
        ),
      )
      running = runs
      drawRunning()
      fill(
        errors,
        h('h2', {}, 'Failed last'),
        fails.length === 0 ? h('p', { class: 'dim' }, 'No job has failed.') : h('ul', { class: 'list' }, ...fails.map(failure)),
      )
    } catch (problem) {
      if (!isAborted(problem) && running.length === 0)
        fill(renders, h('h2', {}, 'Rendering now'), h('p', { class: 'dim' }, messageOf(problem)))
    }
  }

  function drawRunning() {
    fill(
      renders,
      h('h2', {}, 'Rendering now'),
      running.length === 0 ? h('p', { class: 'dim' }, 'No job is rendering.') : h('ul', { class: 'list' }, ...running.map(run)),
    )
  }

  /** @param {Stats} latest */
  function drawQueue(latest) {
    const {
      queue: { paused, tags, delayed, waiting },
    } = latest
    const had = document.activeElement?.closest('.section') === queue
    const button = h('button', { type: 'button', onclick: () => toggleQueue(paused) }, paused ? 'Resume the queue' : 'Pause the queue')
    const rows = [...tags]
      .sort((a, b) => b.queued - a.queued)
      .slice(0, 8)
      .map(tag =>
        h(
          'tr',
          {},
          h(
            'td',
            {},
            tag.tag
              ? h('a', { href: addressOf('jobs', null, { states: 'queued', tags: tag.tag }) }, tag.tag)
              : h('span', { class: 'dim' }, 'without tags'),
          ),
          h('td', { class: 'number' }, count(tag.queued)),
          h(
            'td',
            { class: 'number' },
            tag.oldestWaitSeconds === null ? '' : roughly(tag.oldestWaitSeconds + (now() - stats.readAt) / 1000),
          ),
        ),
      )
    fill(
      queue,
      h('div', { class: 'title' }, h('h2', {}, 'Queue'), mayChange() && button),
      paused && h('p', { class: 'banner warn' }, stateIcon('paused'), 'The queue is paused: workers get no jobs.'),
      rows.length === 0
        ? h('p', { class: 'dim' }, 'The queue is empty.')
        : h(
            'table',
            {},
            h('thead', {}, h('tr', {}, ...['Tag', 'Jobs', 'Oldest'].map(title => h('th', { scope: 'col' }, title)))),
            h('tbody', {}, ...rows),
          ),
      delayed + waiting > 0 && h('p', { class: 'dim' }, `Besides: ${count(delayed)} delayed, ${count(waiting)} waiting for other jobs.`),
    )
    if (had) button.focus()
  }

  /** @param {Stats} latest */
  function drawNumbers({ lastHour, version, startedAt }) {
    const seconds = (/** @type {number | null} */ value) => (value === null ? '–' : duration(value))
    /** @type {[string, import('../lib/dom.js').Child][]} */
    const pairs = [
      ['Created', plural(lastHour.created, 'job')],
      ['Finished', plural(lastHour.finished, 'job')],
      ['Failed', plural(lastHour.failed, 'job')],
    ]
    // Only the server's own numbers have these.
    if (version) {
      pairs.push(
        ['Requeued', plural(lastHour.requeued, 'job')],
        [
          'Wait',
          h('span', {}, seconds(lastHour.waitSeconds.mean), h('span', { class: 'dim' }, ` mean, ${seconds(lastHour.waitSeconds.p95)} p95`)),
        ],
        [
          'Render',
          h(
            'span',
            {},
            seconds(lastHour.renderSeconds.mean),
            h('span', { class: 'dim' }, ` mean, ${seconds(lastHour.renderSeconds.p95)} p95`),
          ),
        ],
        ['Server', h('span', {}, text(version), h('span', { class: 'dim' }, ' for ', since(startedAt, 'age')))],
      )
    }
    fill(
      numbers,
      h('h2', {}, 'Last hour'),
      h('dl', { class: 'facts number' }, ...pairs.flatMap(([name, value]) => [h('dt', {}, name), h('dd', {}, value)])),
    )
  }
}

/** @param {JobRow} job */
function run(job) {
  const bar = new ProgressBar()
  bar.set(job.renderProgress)
  return h(
    'li',
    {},
    stateIcon('rendering', job.renderProgress),
    h('a', { href: addressOf('jobs', job.uid) }, job.uid),
    h(
      'span',
      { class: 'dim rest' },
      [text(job.jobExecutor), stateLabel(job) === 'Rendering' ? '' : stateLabel(job)].filter(part => part).join(' · '),
    ),
    bar.element,
  )
}

/** @param {JobRow} job */
function failure(job) {
  return h(
    'li',
    {},
    stateIcon('failed'),
    h('a', { href: addressOf('jobs', job.uid) }, job.uid),
    h('span', { class: 'dim rest', title: text(job.error) }, firstLine(job.error)),
    since(job.errorAt ?? job.updatedAt, 'ago'),
  )
}
