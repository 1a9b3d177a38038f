/** One job: its life, its error, what it is made of, what it depends on. */

import { addressOf, lastList } from '../lib/address.js'
import { ApiError, getJson, isAborted, messageOf, send } from '../lib/api.js'
import { copy, emptyState, errorState, loadingState } from '../lib/dialogs.js'
import { fill, h, Scope, throttle } from '../lib/dom.js'
import { duration, percent, shortTime, since, text, time, now, plural } from '../lib/format.js'
import { jsonView } from '../lib/json.js'
import { live } from '../lib/live.js'
import { groupOf, groups, ProgressBar, stateIcon, stateLabel } from '../lib/states.js'
import { mayChange, stats } from '../lib/stats.js'
import { actions, actOnJob } from './actions.js'
import { assetList, actionList } from './job-parts.js'
import { Relations } from './relations.js'
import { timeline } from './timeline.js'

/** @param {Address} address @returns {View} */
export function createJob(address) {
  const uid = address.id
  const scope = new Scope()
  /** @type {Job | null} */
  let job = null
  let source = ''
  /** @type {{ queuePosition?: number, etaSeconds?: number }} */
  let position = {}
  let wasRemoved = false
  const path = `/jobs/${encodeURIComponent(uid)}`
  const buttons = h('div', { class: 'buttons' })
  const removed = h(
    'p',
    { class: 'banner bad', role: 'status', hidden: true },
    'This job was removed from the server. What you see is its last state.',
  )
  const heading = h(
    'div',
    { class: 'heading' },
    h('a', { class: 'back', href: lastList() }, '← Jobs'),
    h(
      'div',
      { class: 'name' },
      h('h1', { tabIndex: -1 }, uid),
      h('button', { type: 'button', class: 'quiet', onclick: () => copy(uid, 'The uid is') }, 'Copy'),
      h('span', { class: 'space' }),
      buttons,
    ),
    removed,
  )
  const current = h('div', { class: 'current' })
  const body = h('div', { class: 'sections' }, loadingState(8))
  const relations = new Relations(uid, scope)
  const json = h('details', { class: 'section', ontoggle: drawJson }, h('summary', {}, h('h2', {}, 'JSON')))
  const element = h('section', { class: 'view job-view' }, heading, current, body)
  const soon = throttle(150, 900, load, scope)
  live.jobs.on(take, scope)
  stats.changed.on(drawHeading, scope)
  drawHeading()
  load()
  return { element, title: uid, refresh: load, dispose: () => scope.dispose() }

  async function load() {
    try {
      const [whole, status] = await Promise.all([
        send('GET', path, { signal: scope.signal }).then(response => response.text()),
        getJson(path + '/status', { query: new URLSearchParams({ position: 'true' }), signal: scope.signal }),
      ])
      source = whole
      job = JSON.parse(whole)
      position = status
      wasRemoved = false
      draw()
    } catch (problem) {
      if (isAborted(problem)) return
      if (problem instanceof ApiError && problem.status === 404) return missing()
      // What is shown already may be old, but is better than nothing.
      if (!job) fill(body, errorState(messageOf(problem), load))
    }
  }

  function missing() {
    if (job) {
      wasRemoved = true
      return drawHeading()
    }
    fill(
      body,
      emptyState(
        'There is no such job',
        `It was removed, or its name is another one than ${uid}.`,
        h('a', { class: 'button', href: addressOf('jobs') }, 'Show all jobs'),
      ),
    )
  }

  /** @param {JobEvent[]} events */
  function take(events) {
    for (const { status, change } of events) {
      if (status.uid !== uid) continue
      if (change.kind === 'removed') {
        missing()
      } else if (change.kind === 'progress' && job && job.state === status.state) {
        job.renderProgress = status.renderProgress
        position = { etaSeconds: etaOf(job) }
        drawCurrent()
      } else {
        soon()
      }
    }
    relations.take(events)
  }

  function draw() {
    if (!job) return
    drawHeading()
    drawCurrent()
    const error = text(job.error)
    const assets = Array.isArray(job.assets) ? job.assets : []
    const open = new Set([...body.querySelectorAll('details[open]')].map(details => details.getAttribute('data-name')))
    relations.show(job)
    fill(
      body,
      error &&
        section(
          'Error',
          h('pre', { class: 'error', tabIndex: 0 }, Array.isArray(job.error) ? job.error.map(text).join('\n\n') : error),
          h('button', { type: 'button', class: 'quiet', onclick: () => copy(error, 'The error is') }, 'Copy'),
        ),
      section('Life', timeline(job)),
      relations.element,
      section('Facts', facts(job)),
      assets.length > 0 && section(plural(assets.length, 'asset'), assetList(assets)),
      actionList(job.actions),
      json,
    )
    for (const details of body.querySelectorAll('details')) details.open ||= open.has(details.getAttribute('data-name') ?? '')
    drawJson()
  }

  function drawHeading() {
    const group = job && groupOf(job)
    /** @type {import('./actions.js').Action[]} */
    const allowed = group && mayChange() && !wasRemoved ? [...groups[group].actions, 'delete'] : []
    removed.hidden = !wasRemoved
    // Rebuilding the buttons would take the focus from them.
    if (buttons.dataset.allowed === allowed.join()) return
    buttons.dataset.allowed = allowed.join()
    const focused = buttons.contains(document.activeElement)
    fill(
      buttons,
      ...allowed.map(action =>
        h('button', { type: 'button', class: action === 'delete' ? 'danger' : '', onclick: () => act(action) }, actions[action].verb),
      ),
    )
    if (focused) buttons.querySelector('button')?.focus()
  }

  /** @param {import('./actions.js').Action} action */
  async function act(action) {
    if (await actOnJob(action, uid)) {
      if (action === 'delete') missing()
      else soon()
    }
  }

  function drawCurrent() {
    if (!job) return
    const group = groupOf(job)
    const worker = text(job.executor)
    const bar = new ProgressBar()
    bar.set(job.renderProgress)
    /** @type {import('../lib/dom.js').Child[]} */
    const details = []
    if (group === 'rendering') {
      const eta = position.etaSeconds
      details.push(
        worker && h('span', {}, 'on ', workerLink(worker)),
        bar.element,
        h('span', {}, 'for ', since(job.startedAt, 'for')),
        typeof eta === 'number' &&
          h('span', { class: 'number', title: 'From the progress and the time so far' }, `about ${duration(eta)} left (estimate)`),
      )
    } else if (group === 'queued') {
      const delayed = time(job.notBefore) > now()
      const before = position.queuePosition
      details.push(
        delayed
          ? `not before ${shortTime(job.notBefore)}`
          : before === 0
            ? 'next in the queue'
            : before === undefined
              ? ''
              : `${plural(before, 'job')} before it`,
      )
    } else if (group === 'picked') {
      details.push(h('span', {}, 'by ', workerLink(worker), ', which has not reported yet'))
    } else if (group === 'waiting') {
      details.push('until the jobs that it depends on have finished')
    }
    fill(current, h('span', { class: 'badge ' + group }, stateIcon(group, job.renderProgress), stateLabel(job)), ...details)
  }

  function drawJson() {
    json.dataset.name = 'json'
    for (const old of json.querySelectorAll('pre, button')) old.remove()
    if (!json.open) return
    json.append(h('button', { type: 'button', onclick: () => copy(source, 'The JSON is') }, 'Copy'), jsonView(source))
  }
}

/** @param {Job} job */
function etaOf(job) {
  const done = percent(job.renderProgress)
  const spent = (now() - time(job.startedAt)) / 1000
  return done > 0 && spent > 0 ? (spent * (100 - done)) / done : undefined
}

/** @param {string} name */
function workerLink(name) {
  return h('a', { href: addressOf('jobs', null, { executor: name }), title: 'Show the jobs of this worker' }, name)
}

/** @param {string} title @param {...import('../lib/dom.js').Child} content */
export function section(title, ...content) {
  return h('section', { class: 'section' }, h('h2', {}, title), ...content)
}

/** @param {Job} job */
function facts(job) {
  const template = /** @type {Record<string, unknown>} */ (job.template ?? {})
  /** @type {[string, import('../lib/dom.js').Child][]} */
  const pairs = [
    ['Template', text(template.src)],
    ['Composition', text(template.composition)],
    ['Output module', text(template.outputModule)],
    ['Output', text(job.output)],
    ['Type', text(job.type)],
    ['Tags', text(job.tags)],
    ['Priority', text(job.priority)],
    ['Worker', text(job.executor) && workerLink(text(job.executor))],
    ['Submitted by', text(job.creator)],
    [
      'Batch',
      text(job.batchId) &&
        h('a', { href: addressOf('jobs', null, { batch: text(job.batchId) }) }, text(job.batchName) || text(job.batchId)),
    ],
    ['Created', text(job.createdAt) && since(job.createdAt, 'clock')],
    ['Last change', text(job.updatedAt) && since(job.updatedAt, 'clock')],
    ['Not before', text(job.notBefore) && since(job.notBefore, 'clock')],
    ['Attempts allowed', text(job.maxAttempts)],
    ['Lease', text(job.lease) && `${text(job.lease)} s`],
  ]
  return h('dl', { class: 'facts' }, ...pairs.flatMap(([name, value]) => (value ? [h('dt', {}, name), h('dd', {}, value)] : [])))
}
