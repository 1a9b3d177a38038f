/** The columns of the list of jobs. */

import { h, write } from '../lib/dom.js'
import { duration, fileName, firstLine, now, setSince, shortTime, text, time } from '../lib/format.js'
import { addressOf } from '../lib/address.js'
import { groupOf, ProgressBar, renderSeconds, StateIcon, stateLabel } from '../lib/states.js'

/** @typedef {GridColumn<JobRow>} Column */

/**
 * A text that is whole on hover.
 * @param {string} id
 * @param {string} title
 * @param {(job: JobRow) => string} short
 * @param {(job: JobRow) => string} [whole]
 */
function textColumn(id, title, short, whole = short) {
  return {
    id,
    title,
    create: () => h('span', {}),
    update: (/** @type {HTMLElement} */ node, /** @type {JobRow} */ job) => {
      write(node, short(job))
      const hint = whole(job)
      if (node.title !== hint) node.title = hint
    },
  }
}

/** Cells that consist of more than a text keep their parts beside the node. @type {WeakMap<Node, any>} */
const parts = new WeakMap()

/** @param {Node} node @param {any} value @returns {Node} */
function keep(node, value) {
  parts.set(node, value)
  return node
}

/** @type {Column} */
const state = {
  id: 'state',
  title: 'State',
  create: () => {
    const shape = new StateIcon()
    const label = h('span', {})
    return keep(h('span', { class: 'with-icon' }, shape.element, label), { shape, label })
  },
  update: (node, job) => {
    const { shape, label } = parts.get(node)
    shape.set(groupOf(job), job.renderProgress)
    write(label, stateLabel(job))
  },
}

/** @type {Column} */
const uid = {
  id: 'uid',
  title: 'Job',
  create: () => h('a', { tabIndex: -1 }),
  update: (node, job) => {
    write(node, job.uid)
    const address = addressOf('jobs', job.uid)
    if (node.getAttribute('href') !== address) {
      node.setAttribute('href', address)
      node.title = job.uid
    }
  },
}

/** @type {Column} */
const progress = {
  id: 'done',
  title: 'Progress',
  create: () => {
    const bar = new ProgressBar()
    return keep(bar.element, bar)
  },
  update: (node, job) => {
    const group = groupOf(job)
    const shown = group === 'rendering' || (group === 'failed' && Number(job.renderProgress) > 0)
    node.classList.toggle('none', !shown)
    node.classList.toggle('past', group !== 'rendering')
    if (shown) parts.get(node).set(job.renderProgress)
  },
}

/** @param {string} id @param {string} title @param {'createdAt' | 'updatedAt'} member @param {string} hint @returns {Column} */
function ageColumn(id, title, member, hint) {
  return {
    id,
    title,
    hint,
    sortable: true,
    create: () => h('time', { class: 'number' }),
    update: (node, job) => setSince(node, job[member], 'age'),
  }
}

/** @type {Column} */
const took = {
  id: 'took',
  title: 'Duration',
  hint: 'Of the present or last attempt',
  create: () => h('time', { class: 'number' }),
  update: (node, job) => {
    if (groupOf(job) === 'rendering' && job.startedAt) return setSince(node, job.startedAt, 'for')
    setSince(node, null, 'for')
    const seconds = renderSeconds(job)
    write(node, seconds === null ? '' : duration(seconds))
  },
}

/** The error of a job, or the time that it waits for. @param {JobRow} job @param {boolean} whole */
function remark(job, whole) {
  if (job.error) return whole ? text(job.error) : firstLine(job.error)
  return groupOf(job) === 'queued' && time(job.notBefore) > now() ? `not before ${shortTime(job.notBefore)}` : ''
}

/** @type {Column[]} */
export const jobColumns = [
  state,
  uid,
  textColumn('composition', 'Composition', job => text(job.template?.composition)),
  textColumn(
    'file',
    'File',
    job => fileName(job.template?.src),
    job => text(job.template?.src),
  ),
  textColumn('tags', 'Tags', job => text(job.tags)),
  { ...textColumn('priority', 'Priority', job => (Number(job.priority) === 0 ? '' : text(job.priority))), sortable: true },
  progress,
  textColumn('worker', 'Worker', job => text(job.jobExecutor)),
  ageColumn('age', 'Age', 'createdAt', 'Since it was submitted'),
  ageColumn('changed', 'Changed', 'updatedAt', 'Since its last change'),
  took,
  textColumn(
    'error',
    'Error',
    job => remark(job, false),
    job => remark(job, true),
  ),
]
