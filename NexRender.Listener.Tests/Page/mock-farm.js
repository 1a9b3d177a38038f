// The jobs, workers and numbers of the farm in memory, in the shapes of the API.
'use strict'

const statusMembers = [
  'uid',
  'state',
  'type',
  'tags',
  'renderProgress',
  'error',
  'createdAt',
  'updatedAt',
  'startedAt',
  'finishedAt',
  'errorAt',
  'jobCreator',
  'jobExecutor',
  'timings',
]
const done = new Set(['finished', 'error'])
const isRendering = job => !['queued', 'waiting', 'paused', 'picked', 'finished', 'error'].includes(job.state)
const groups = { rendering: isRendering, cancelled: job => job.state === 'error' && !!job.cancelledAt }

class Refusal extends Error {
  constructor(status, message) {
    super(message)
    this.status = status
  }
}

class Farm {
  jobs = new Map()
  workers = new Map()
  paused = false
  problem = null
  requests = []
  publish = () => {}

  // --- what the page asks -------------------------------------------------------------------------------------------

  handle(method, path, query, text, context) {
    this.requests.push(`${method} ${path}`)
    const parts = path.split('/').slice(1).map(decodeURIComponent)
    const route = `${method} /${parts.map((part, index) => (index === 1 && !fixed.has(`${method} ${path}`) ? ':id' : part)).join('/')}`
    const body = () => {
      try {
        return text ? JSON.parse(text) : {}
      } catch (problem) {
        throw new Refusal(400, `Invalid JSON: ${problem.message}`)
      }
    }
    const found = routes[route]
    if (!found) throw new Refusal(404, `no such route: ${method} ${path}`)
    const result = found(this, parts[1], query, body, context)
    return result?.headers ? result : { body: result }
  }

  list(query) {
    const several = name => (query.get(name) ?? '').split(',').filter(value => value)
    const states = several('states')
    const excluded = several('exclude_states')
    const tags = several('tags')
    const is = (job, state) => (groups[state] ? groups[state](job) : job.state === state)
    const q = query.get('q')?.toLowerCase()
    let rows = [...this.jobs.values()].filter(
      job =>
        (states.length === 0 || states.some(state => is(job, state))) &&
        !excluded.some(state => is(job, state)) &&
        (tags.length === 0 ||
          String(job.tags)
            .split(',')
            .some(tag => tags.includes(tag.trim()))) &&
        ['executor', 'type'].every(name => !query.get(name) || job[name] === query.get(name)) &&
        (!query.get('batch') || job.batchId === query.get('batch')) &&
        (!query.get('from_date') || job.createdAt >= query.get('from_date')) &&
        (!query.get('to_date') || job.createdAt < query.get('to_date')) &&
        (!query.get('updated_since') || job.updatedAt >= query.get('updated_since')) &&
        (!q || [job.uid, job.template.src, job.template.composition, job.output].some(value => String(value).toLowerCase().includes(q))),
    )
    const sort = query.get('sort')
    if (sort === 'newest_first') rows.reverse()
    if (sort === 'updated') rows.sort((a, b) => (a.updatedAt < b.updatedAt ? 1 : -1))
    if (sort === 'priority') rows.sort((a, b) => b.priority - a.priority)
    const total = rows.length
    const from = Number(query.get('from') ?? 0)
    rows = rows.slice(from, from + Number(query.get('limit') ?? 1e9))
    return { rows, total }
  }

  stats({ role, version }) {
    const byState = {}
    let rendering = 0
    let cancelled = 0
    for (const job of this.jobs.values()) {
      byState[job.state] = (byState[job.state] ?? 0) + 1
      if (isRendering(job)) rendering++
      if (job.state === 'error' && job.cancelledAt) cancelled++
    }
    const workers = { total: this.workers.size, idle: 0, busy: 0, silent: 0, paused: 0 }
    for (const worker of this.workers.values()) workers[worker.state]++
    const hour = Math.floor(Date.now() / 3600e3) * 3600e3
    const hours = Array.from({ length: 24 }, (_, index) => {
      const at = hour - (23 - index) * 3600e3
      const within = value => value && Date.parse(value) >= at && Date.parse(value) < at + 3600e3
      let finished = 0
      let failed = 0
      let created = 0
      for (const job of this.jobs.values()) {
        if (within(job.finishedAt)) finished++
        if (within(job.errorAt) && job.state === 'error') failed++
        if (within(job.createdAt)) created++
      }
      return { hour: new Date(at).toISOString(), finished, failed, created }
    })
    const midnight = new Date().setHours(0, 0, 0, 0)
    const today = hours.filter(({ hour: at }) => Date.parse(at) >= midnight)
    const sum = (list, name) => list.reduce((total, entry) => total + entry[name], 0)
    const { next, ...queue } = this.queue()
    return {
      version,
      startedAt: (this.startedAt ??= new Date().toISOString()),
      uptimeSeconds: 60,
      jobs: { total: this.jobs.size, byState, rendering, cancelled },
      queue,
      workers,
      lastHour: {
        created: hours[23].created,
        finished: hours[22].finished + hours[23].finished,
        failed: hours[22].failed + hours[23].failed,
        requeued: 1,
        expired: 0,
        waitSeconds: { mean: 41.2, p95: 180.5 },
        renderSeconds: { mean: 312.4, p95: 820 },
      },
      today: { finished: sum(today, 'finished'), failed: sum(today, 'failed') },
      hours,
      storage: { location: '/var/lib/nexrender/database.js', healthy: !this.problem, problem: this.problem, journalBytes: 123456 },
      watchers: 1,
      heldPickups: 0,
      role,
    }
  }

  queue() {
    const queued = [...this.jobs.values()].filter(job => job.state === 'queued')
    const wait = job => (Date.now() - Date.parse(job.createdAt)) / 1000
    const tags = new Map()
    for (const job of queued) {
      for (const tag of (job.tags || '').split(',').map(part => part.trim())) {
        const entry = tags.get(tag) ?? { tag, queued: 0, oldestWaitSeconds: 0, next: job.uid }
        entry.queued++
        entry.oldestWaitSeconds = Math.max(entry.oldestWaitSeconds, wait(job))
        tags.set(tag, entry)
      }
    }
    return {
      paused: this.paused,
      queued: queued.length,
      delayed: queued.filter(job => Date.parse(job.notBefore) > Date.now()).length,
      waiting: [...this.jobs.values()].filter(job => job.state === 'waiting').length,
      oldestWaitSeconds: queued.length > 0 ? Math.max(...queued.map(wait)) : null,
      next: null,
      tags: [...tags.values()],
    }
  }

  batch(id) {
    const members = [...this.jobs.values()].filter(job => job.batchId === id)
    if (members.length === 0) throw new Refusal(404, `batch not found: ${id}`)
    const counts = {}
    for (const job of members) counts[job.state] = (counts[job.state] ?? 0) + 1
    return {
      batchId: id,
      name: members[0].batchName ?? null,
      status: 'rendering',
      totalJobs: members.length,
      counts,
      progress: members.reduce((sum, job) => sum + (job.state === 'finished' ? 100 : (job.renderProgress ?? 0)), 0) / members.length,
      firstError: null,
    }
  }

  // --- what happens to jobs -----------------------------------------------------------------------------------------

  get(uid) {
    const job = this.jobs.get(uid)
    if (!job) throw new Refusal(404, `job not found: ${uid}`)
    return job
  }

  create(given, extra = {}) {
    if (!given.template || typeof given.template !== 'object') throw new Refusal(400, 'job must have template object defined')
    for (const name of ['src', 'composition']) {
      if (!given.template[name]) throw new Refusal(400, `job must have template.${name} defined`)
    }
    for (const asset of given.assets ?? []) {
      if (!asset.type) throw new Refusal(400, 'job asset must have type defined')
      if (asset.type === 'image' && !asset.src) throw new Refusal(400, 'job asset[image] must have src defined')
    }
    const at = new Date().toISOString()
    return {
      uid: Math.random().toString(36).slice(2, 12) + Math.random().toString(36).slice(2, 13),
      type: 'default',
      state: 'queued',
      output: '',
      tags: '',
      priority: 0,
      timings: {},
      template: {},
      assets: [],
      actions: { prerender: [], postrender: [] },
      ...given,
      creator: '127.0.0.1',
      updatedAt: at,
      createdAt: at,
      ...extra,
    }
  }

  add(job) {
    this.jobs.set(job.uid, job)
    this.changed(job, 'created')
    return job
  }

  set(job, members, kind, change) {
    Object.assign(job, members, { updatedAt: new Date().toISOString() })
    for (const [name, value] of Object.entries(members)) if (value === undefined) delete job[name]
    this.changed(job, kind, change)
    return job
  }

  changed(job, kind, change) {
    const extra = job.batchId ? { batchId: job.batchId } : {}
    this.publish('job.' + kind, {
      ...status(job),
      ...extra,
      change: { kind, by: job.executor ?? null, reason: null, attempt: 1, at: job.updatedAt, sequence: 1, ...change },
    })
  }

  remove(job) {
    this.jobs.delete(job.uid)
    this.changed(job, 'removed')
  }

  act(action, job, reason) {
    const at = new Date().toISOString()
    const refused = this.refusal(action, job)
    if (refused) throw new Refusal(409, refused)
    if (action === 'cancel')
      return this.set(
        job,
        { state: 'error', error: reason ? `cancelled: ${reason}` : 'cancelled', errorAt: at, cancelledAt: at },
        'cancelled',
        { reason },
      )
    if (action === 'pause') return this.set(job, { state: 'paused' }, 'paused')
    if (action === 'resume') return this.set(job, { state: 'queued' }, 'resumed')
    if (action === 'delete') return this.remove(job)
    return this.requeue(job)
  }

  requeue(job) {
    const attempt = {
      n: (job.attempts?.length ?? 0) + 1,
      executor: job.executor,
      startedAt: job.startedAt,
      endedAt: new Date().toISOString(),
      state: job.state,
      errors: job.error ? [job.error] : [],
    }
    const none = {
      error: undefined,
      errorAt: undefined,
      startedAt: undefined,
      finishedAt: undefined,
      renderProgress: undefined,
      executor: undefined,
      cancelledAt: undefined,
    }
    return this.set(job, { ...none, state: 'queued', attempts: [...(job.attempts ?? []), attempt] }, 'requeued')
  }

  refusal(action, job) {
    const ended = done.has(job.state)
    if (action === 'cancel' && ended) return 'job has ended'
    if (action === 'retry' && !ended) return 'job has not ended'
    if ((action === 'pause' || action === 'resume') && !['queued', 'paused'].includes(job.state)) return `job is ${job.state}`
    return null
  }

  bulk(action, query, body) {
    if (!body.jobs && !query.get('all') && [...query.keys()].every(name => name === 'dryRun'))
      throw new Refusal(400, 'no filter and no jobs')
    const chosen = body.jobs ? body.jobs.map(uid => this.jobs.get(uid)).filter(job => job) : this.list(query).rows
    const unchanged = chosen.map(job => ({ uid: job.uid, reason: this.refusal(action, job) })).filter(({ reason }) => reason)
    const refused = new Set(unchanged.map(({ uid }) => uid))
    if (!query.get('dryRun')) for (const job of chosen) if (!refused.has(job.uid)) this.act(action, job, body.reason)
    return { matched: chosen.length, changed: chosen.length - unchanged.length, unchanged: unchanged.slice(0, 1000) }
  }

  pickup(name) {
    const job = this.paused ? undefined : [...this.jobs.values()].find(({ state }) => state === 'queued')
    if (job) this.set(job, { state: 'picked', executor: name ?? '127.0.0.1' }, 'picked', { by: name })
    this.see(name ?? '127.0.0.1', job)
    return job ?? {}
  }

  report(job, body) {
    const kind =
      body.state === 'finished' ? 'finished' : body.state === 'error' ? 'error' : body.state === 'started' ? 'started' : 'progress'
    const at = new Date().toISOString()
    this.set(job, { ...body, ...(kind === 'finished' ? { finishedAt: at } : kind === 'error' ? { errorAt: at } : {}) }, kind)
    if (job.executor) this.see(job.executor, kind === 'finished' || kind === 'error' ? null : job)
    return job
  }

  see(name, job) {
    const at = new Date().toISOString()
    const known = this.workers.get(name) ?? {
      name,
      address: '10.0.0.' + (20 + this.workers.size),
      version: '1.63.3',
      state: 'idle',
      job: null,
      tags: null,
      firstSeen: at,
      lastSeen: at,
      finished: 0,
      failed: 0,
      expired: 0,
      meanRenderSeconds: null,
      paused: false,
    }
    const worker = { ...known, lastSeen: at, job: job ? { uid: job.uid, state: job.state, progress: job.renderProgress ?? 0 } : null }
    worker.state = worker.paused ? 'paused' : job ? 'busy' : 'idle'
    this.workers.set(name, worker)
    if (worker.state !== known.state || worker.job?.uid !== known.job?.uid) this.publish('worker.' + worker.state, worker)
  }
}

function status(job) {
  const all = {
    ...job,
    tags: job.tags || null,
    renderProgress: job.renderProgress ?? 0,
    jobCreator: job.creator,
    jobExecutor: job.executor,
  }
  all.error = Array.isArray(job.error) ? job.error.join('\n\n') : job.error
  return Object.fromEntries(statusMembers.map(name => [name, all[name] ?? null]))
}

function minimal(job) {
  const { template, output, priority, batchId, attempts, notBefore, cancelledAt } = job
  return {
    ...status(job),
    template: { src: template.src, composition: template.composition },
    output,
    priority,
    batchId,
    attempts: attempts?.length ?? 0,
    notBefore,
    cancelledAt,
  }
}

function position(farm, job) {
  if (job.state === 'queued') return { queuePosition: [...farm.jobs.values()].filter(({ state }) => state === 'queued').indexOf(job) }
  const spent = (Date.now() - Date.parse(job.startedAt)) / 1000
  return isRendering(job) && job.renderProgress ? { etaSeconds: (spent * (100 - job.renderProgress)) / job.renderProgress } : {}
}

function createMany(farm, list, extra, dryRun) {
  const made = list.map((given, index) => {
    try {
      return farm.create(given, extra)
    } catch (problem) {
      throw new Refusal(problem.status ?? 400, `jobs[${index}]: ${problem.message}`)
    }
  })
  if (!dryRun) for (const job of made) farm.add(job)
  return made
}

function createBatch(farm, { name, jobs }, dryRun) {
  const batchId = Math.random().toString(36).slice(2, 10)
  const stored = []
  const errors = []
  jobs.forEach((given, index) => {
    try {
      const job = farm.create(given, { batchId, batchName: name })
      if (!dryRun) farm.add(job)
      stored.push({ index, uid: job.uid, state: job.state })
    } catch (problem) {
      errors.push({ index, error: problem.message })
    }
  })
  return { batchId, name: name ?? null, status: 'queued', totalJobs: jobs.length, successCount: stored.length, jobs: stored, errors }
}

const routes = {
  'GET /stats': (farm, _id, _query, _body, context) => farm.stats(context),
  'GET /queue': farm => farm.queue(),
  'GET /workers': farm => [...farm.workers.values()],
  'GET /jobs': (farm, _id, query) => farm.list(query).rows,
  'GET /jobs/status': (farm, _id, query) => {
    const { rows, total } = farm.list(query)
    return { headers: { 'x-total-count': total }, body: rows.map(query.get('minimal') ? minimal : status) }
  },
  'GET /jobs/pickup': (farm, _id, _query, _body, { name }) => farm.pickup(name),
  'GET /jobs/:id': (farm, id) => farm.get(id),
  'GET /jobs/:id/status': (farm, id, query) => ({
    ...status(farm.get(id)),
    ...(query.get('position') ? position(farm, farm.get(id)) : {}),
  }),
  'PUT /jobs/:id': (farm, id, _query, body) => farm.report(farm.get(id), body()),
  'DELETE /jobs/:id': (farm, id) => {
    farm.act('delete', farm.get(id))
    return { id, removed: true }
  },
  'POST /jobs': (farm, _id, query, body) => {
    const given = body()
    if (Array.isArray(given)) return createMany(farm, given, {}, query.get('dryRun'))
    const job = farm.create(given)
    return query.get('dryRun') ? job : farm.add(job)
  },
  'POST /batches': (farm, _id, query, body) => createBatch(farm, body(), query.get('dryRun')),
  'GET /batches/:id': (farm, id) => farm.batch(id),
  'PATCH /batches/:id/cancel': (farm, id) => farm.bulk('cancel', new URLSearchParams({ batch: id }), {}),
  'PATCH /batches/:id/retry': (farm, id) => farm.bulk('retry', new URLSearchParams({ batch: id }), {}),
  'DELETE /batches/:id': (farm, id) => farm.bulk('delete', new URLSearchParams({ batch: id }), {}),
  'DELETE /jobs': (farm, _id, query, body) => farm.bulk('delete', query, body()),
  'PATCH /queue/pause': farm => {
    farm.paused = true
    farm.publish('queue.paused', { paused: true })
    return { paused: true }
  },
  'PATCH /queue/resume': farm => {
    farm.paused = false
    farm.publish('queue.resumed', { paused: false })
    return { paused: false }
  },
  'DELETE /workers/:id': (farm, name) => ({ name, removed: farm.workers.delete(name) }),
}
for (const action of ['cancel', 'retry', 'pause', 'resume']) {
  routes[`PATCH /jobs/${action}`] = (farm, _id, query, body) => farm.bulk(action, query, body())
  routes[`PATCH /jobs/:id/${action}`] = (farm, id, _query, body) => farm.act(action, farm.get(id), body().reason)
}
for (const action of ['pause', 'resume']) {
  routes[`PATCH /workers/:id/${action}`] = (farm, name) => {
    const worker = farm.workers.get(name)
    Object.assign(worker, { paused: action === 'pause', state: action === 'pause' ? 'paused' : worker.job ? 'busy' : 'idle' })
    farm.publish('worker.' + worker.state, worker)
    return worker
  }
}
const fixed = new Set([
  'GET /jobs/status',
  'GET /jobs/pickup',
  'PATCH /queue/pause',
  'PATCH /queue/resume',
  ...['cancel', 'retry', 'pause', 'resume'].map(action => `PATCH /jobs/${action}`),
])

module.exports = { Farm }
require('./mock-life.js')
