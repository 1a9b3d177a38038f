/** The stream of events: one connection for the whole page, continued after the last event that was seen. */

import { ApiError, changeSecret, isAborted, send } from './api.js'
import { Signal } from './dom.js'

/** @typedef {'connecting' | 'live' | 'reconnecting' | 'unauthorised'} LiveState */

/** Longer than two of the comments that the server sends each 15 seconds. */
const silence = 35000
const longestPause = 8000
const flushAfter = 100
/** A hidden tab gives its connection back after this time: a browser opens only six to a server, for all of its tabs. */
const hiddenAfter = 5000

export const live = {
  /** @type {LiveState} */
  state: 'connecting',
  /** @type {Signal<LiveState>} */
  changed: new Signal(),
  /** Changes of jobs, some at a time. @type {Signal<JobEvent[]>} */
  jobs: new Signal(),
  /** The latest state of workers, some at a time. @type {Signal<FarmWorker[]>} */
  workers: new Signal(),
  /** @type {Signal<boolean>} */
  queue: new Signal(),
  /** Events may have been missed: read everything again. @type {Signal<void>} */
  refresh: new Signal(),
  /** The version of the server. @type {Signal<string>} */
  version: new Signal(),
}

let lastId = ''
let started = false
/** @type {AbortController | null} */
let connection = null
/** @type {(() => void) | null} */
let wake = null
/** @type {JobEvent[]} */
let jobs = []
/** @type {Map<string, FarmWorker>} */
let workers = new Map()
let flushing = 0
let hiding = 0

/** Begins, or tries again at once. */
export function connect() {
  if (started) return wake?.()
  started = true
  document.addEventListener('visibilitychange', visibilityChanged)
  run()
}

/** Ends the present connection, so that the next one uses the new secret. */
export function reconnect() {
  connection?.abort()
  wake?.()
}

function visibilityChanged() {
  clearTimeout(hiding)
  if (document.hidden) hiding = window.setTimeout(() => connection?.abort(), hiddenAfter)
  else wake?.()
}

async function run() {
  let pause = 500
  for (;;) {
    if (document.hidden && lastId) await sleep(Infinity)
    connection = new AbortController()
    try {
      await read(connection, () => {
        pause = 500
      })
    } catch (problem) {
      if (problem instanceof ApiError && problem.status === 403) {
        setState('unauthorised')
        await sleep(Infinity)
        continue
      }
      if (!(problem instanceof ApiError) && !isAborted(problem) && !(problem instanceof TypeError)) console.error(problem)
    }
    if (document.hidden) continue
    setState('reconnecting')
    // Not all pages at the same moment after a restart of the server.
    await sleep(pause * (0.75 + Math.random() / 2))
    pause = Math.min(longestPause, pause * 2)
  }
}

/** @param {number} milliseconds */
function sleep(milliseconds) {
  return new Promise(resolve => {
    const timer = Number.isFinite(milliseconds) ? setTimeout(done, milliseconds) : 0
    function done() {
      clearTimeout(timer)
      wake = null
      resolve(undefined)
    }
    wake = done
  })
}

/** @param {LiveState} state */
function setState(state) {
  if (live.state === state) return
  live.state = state
  live.changed.emit(state)
}

/** @param {AbortController} controller @param {() => void} opened */
async function read(controller, opened) {
  const query = new URLSearchParams(lastId ? { since: lastId } : {})
  const headers = { accept: 'text/event-stream' }
  const response = await send('GET', '/events', { query, headers, signal: controller.signal, endless: true })
  const reader = /** @type {ReadableStream<Uint8Array>} */ (response.body).getReader()
  const decoder = new TextDecoder()
  let watchdog = setTimeout(() => controller.abort(), silence)
  let rest = ''
  opened()
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      clearTimeout(watchdog)
      watchdog = setTimeout(() => controller.abort(), silence)
      const blocks = (rest + decoder.decode(value, { stream: true })).split('\n\n')
      rest = /** @type {string} */ (blocks.pop())
      for (const block of blocks) take(block, query.has('since'))
      setState('live')
    }
  } finally {
    clearTimeout(watchdog)
  }
}

/** @param {string} block the lines of one event @param {boolean} continued */
function take(block, continued) {
  let id = ''
  let type = ''
  let data = ''
  for (const line of block.split('\n')) {
    if (line.startsWith('data:')) data += line.slice(5).trimStart()
    else if (line.startsWith('event:')) type = line.slice(6).trim()
    else if (line.startsWith('id:')) id = line.slice(3).trim()
  }
  if (!type || !data) return
  handle(type, JSON.parse(data), continued)
  // The id in the greeting is that of the latest event; those between the last one seen and it are still to come.
  if (id && type !== 'hello') lastId = id
}

/** @param {string} type @param {any} data @param {boolean} continued */
function handle(type, data, continued) {
  if (type === 'hello') {
    live.version.emit(data.version)
    if (continued) return
    lastId = data.id
    // What was read before the stream began may be older than its first event.
    live.refresh.emit()
  } else if (type === 'reset') {
    live.refresh.emit()
  } else if (type.startsWith('job.')) {
    const { change, ...status } = data
    jobs.push({ type, status, change: change ?? { kind: type.slice(4) } })
    schedule()
  } else if (type.startsWith('worker.')) {
    workers.set(data.name, data)
    schedule()
  } else if (type.startsWith('queue.')) {
    live.queue.emit(type === 'queue.paused')
  }
}

/** Hands on what has come, some at a time: the page draws once for many events. */
function schedule() {
  if (flushing) return
  flushing = window.setTimeout(() => {
    flushing = 0
    if (jobs.length > 0) live.jobs.emit(jobs.splice(0))
    if (workers.size > 0) {
      const latest = [...workers.values()]
      workers.clear()
      live.workers.emit(latest)
    }
  }, flushAfter)
}

/** Lets the viewer enter another secret, and reads everything with it. */
export async function enterSecret() {
  if (!(await changeSecret())) return
  reconnect()
  live.refresh.emit()
}
