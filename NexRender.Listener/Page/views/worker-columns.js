/** The columns of the list of workers. */

import { addressOf } from '../lib/address.js'
import { fill, h, write } from '../lib/dom.js'
import { count, duration, setSince, text } from '../lib/format.js'
import { ProgressBar, StateIcon } from '../lib/states.js'
import { mayChange } from '../lib/stats.js'

/** @typedef {'pause' | 'resume' | 'forget'} WorkerAction */

/** @type {Record<string, string>} */
export const labels = { busy: 'Busy', idle: 'Idle', silent: 'Silent', paused: 'Paused' }

/** True if a worker is in a state; one that is paused while it renders is in two. @param {FarmWorker} worker @param {string} state */
export function isIn(worker, state) {
  return worker.state === state || (state === 'paused' && worker.paused)
}

/**
 * @param {(worker: FarmWorker, action: WorkerAction) => void} act
 * @returns {GridColumn<FarmWorker>[]}
 */
export function workerColumns(act) {
  /** @type {WeakMap<Node, any>} */
  const parts = new WeakMap()
  const plain = (
    /** @type {string} */ id,
    /** @type {string} */ title,
    /** @type {(worker: FarmWorker) => string} */ value,
    hint = '',
  ) => ({
    id,
    title,
    hint,
    create: () => h('span', { class: id }),
    update: (/** @type {HTMLElement} */ node, /** @type {FarmWorker} */ worker) => {
      write(node, value(worker))
      node.title = value(worker)
    },
  })
  return [
    {
      id: 'state',
      title: 'State',
      create: () => {
        const shape = new StateIcon()
        const label = h('span', {})
        const node = h('span', { class: 'with-icon' }, shape.element, label)
        parts.set(node, { shape, label })
        return node
      },
      update: (node, worker) => {
        const { shape, label } = parts.get(node)
        shape.set(worker.state, worker.job?.progress)
        write(label, (labels[worker.state] ?? worker.state) + (worker.paused && worker.state !== 'paused' ? ', paused' : ''))
      },
    },
    plain('name', 'Worker', worker => worker.name),
    {
      id: 'job',
      title: 'Job',
      create: () => {
        const link = h('a', { tabIndex: -1 })
        const bar = new ProgressBar()
        const node = h('span', { class: 'with-icon' }, bar.element, link)
        parts.set(node, { link, bar })
        return node
      },
      update: (node, worker) => {
        const { link, bar } = parts.get(node)
        node.classList.toggle('none', !worker.job)
        if (!worker.job) {
          write(link, '')
          link.removeAttribute('href')
          return
        }
        bar.set(worker.job.progress)
        write(link, worker.job.uid)
        link.setAttribute('href', addressOf('jobs', worker.job.uid))
      },
    },
    plain('tags', 'Tags', worker => text(worker.tags)),
    {
      id: 'seen',
      title: 'Last seen',
      create: () => h('time', { class: 'number' }),
      update: (node, worker) => setSince(node, worker.lastSeen, worker.state === 'idle' ? 'poll' : 'ago'),
    },
    plain('finished', 'Finished', worker => count(worker.finished)),
    plain('failed', 'Failed', worker => count(worker.failed)),
    plain('expired', 'Expired', worker => count(worker.expired), 'Jobs taken from it because it did not report in time'),
    plain('mean', 'Mean render', worker => (worker.meanRenderSeconds === null ? '' : duration(worker.meanRenderSeconds))),
    plain('address', 'Address', worker => text(worker.address)),
    plain('version', 'Version', worker => text(worker.version)),
    {
      id: 'act',
      title: 'Actions',
      create: () => h('span', {}),
      update: (node, worker) => {
        const wanted = !mayChange() ? '' : worker.paused ? 'resume' : 'pause'
        const key = `${worker.name}|${wanted}|${worker.state === 'silent'}`
        if (parts.get(node) === key) return
        parts.set(node, key)
        fill(
          node,
          wanted &&
            h(
              'button',
              {
                type: 'button',
                class: 'quiet',
                'aria-label': `${wanted === 'pause' ? 'Pause' : 'Resume'} ${worker.name}`,
                onclick: (/** @type {Event} */ event) => {
                  event.stopPropagation()
                  act(worker, /** @type {'pause' | 'resume'} */ (wanted))
                },
              },
              wanted === 'pause' ? 'Pause' : 'Resume',
            ),
          wanted &&
            worker.state === 'silent' &&
            h(
              'button',
              {
                type: 'button',
                class: 'quiet',
                'aria-label': `Forget ${worker.name}`,
                onclick: (/** @type {Event} */ event) => {
                  event.stopPropagation()
                  act(worker, 'forget')
                },
              },
              'Forget',
            ),
        )
      },
    },
  ]
}
