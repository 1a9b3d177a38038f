// Jobs to look at, and a life for them.
'use strict'
const { Farm } = require('./mock-farm.js')

const compositions = ['main', 'intro', 'lower-third', 'end-card', 'square-15s', 'story-9x16', 'trailer']
const files = ['brand-2026/intro_v12.aep', 'weather/forecast.aep', 'sports/score bug.aep', 'social/story.aep', 'news/opener_final_2.aep']
const errors = [
  [
    'Error: aerender exited with code 1',
    'After Effects error: file is missing (27 :: 237)',
    '    at ChildProcess.<anonymous> (render.js:212:18)',
  ].join('\n'),
  'nexrender: Couldn\'t find a layer by provided name: "title text"\n  composition: main',
  'Error downloading asset: https://cdn.example.com/clips/9f31.mp4: 404 Not Found',
  'the lease of 1800 seconds expired on mac-11',
]
const pick = list => list[Math.floor(Math.random() * list.length)]
const iso = at => new Date(at).toISOString()

/** Fills the farm with a day of work. */
Farm.prototype.fill = function fill(count) {
  const now = Date.now()
  const names = Array.from({ length: 14 }, (_, index) => `mac-${String(index + 1).padStart(2, '0')}`)
  for (let index = 0; index < count; index++) {
    const age = ((count - index) / count) * 26 * 3600e3
    const job = this.create({
      uid: `job-${String(index).padStart(6, '0')}`,
      template: { src: `file:///projects/${pick(files)}`, composition: pick(compositions) },
      tags: pick(['', '4k', '4k,gpu', 'hd', 'gpu']),
      priority: pick([0, 0, 0, 5, 10]),
      output: `/renders/${index}.mp4`,
      assets: [
        { type: 'image', layerName: 'background', src: `https://cdn.example.com/backgrounds/${index % 9}.png` },
        { type: 'data', layerName: 'title text', property: 'Source Text', value: 'Good evening' },
      ],
      actions: {
        prerender: [],
        postrender: [
          { module: '@nexrender/action-encode', preset: 'mp4', output: 'encoded.mp4' },
          { module: '@nexrender/action-upload', provider: 's3', params: { bucket: 'renders', key: `${index}.mp4` } },
        ],
      },
    })
    const created = now - age
    Object.assign(job, { createdAt: iso(created), updatedAt: iso(created) })
    const from = count - index
    const started = created + 60e3 + Math.random() * 900e3
    const took = 90e3 + Math.random() * 600e3
    if (from > 60 || (from > 30 && from % 2)) {
      const failed = Math.random() < 0.07
      Object.assign(job, {
        state: failed ? 'error' : 'finished',
        executor: pick(names),
        startedAt: iso(started),
        renderProgress: failed ? 37 : 100,
        updatedAt: iso(started + took),
      })
      if (failed) Object.assign(job, { error: pick(errors), errorAt: job.updatedAt })
      else job.finishedAt = job.updatedAt
      if (failed && Math.random() < 0.15) Object.assign(job, { error: 'cancelled: wrong template', cancelledAt: job.errorAt })
      if (index % 9 === 0) {
        job.attempts = [
          {
            n: 1,
            executor: 'mac-11',
            startedAt: iso(started - 400e3),
            endedAt: iso(started - 200e3),
            state: 'error',
            errors: [pick(errors)],
          },
        ]
      }
    } else if (from > 50) {
      Object.assign(job, {
        state: pick(['render:dorender', 'render:dorender', 'render:dorender', 'render:postrender']),
        executor: names[from % 10],
        startedAt: iso(now - 200e3 - Math.random() * 3e5),
        renderProgress: Math.floor(Math.random() * 90),
      })
    } else if (from === 12) {
      job.state = 'paused'
    } else if (from < 4) {
      Object.assign(job, {
        state: 'waiting',
        dependsOn: [`job-${String(index - 20).padStart(6, '0')}`, `job-${String(index - 58).padStart(6, '0')}`],
        batchId: 'b7Kq2',
        batchName: 'evening news',
      })
    } else if (from === 20) {
      job.notBefore = iso(now + 3 * 3600e3)
    }
    this.jobs.set(job.uid, job)
  }
  this.fillWorkers(names)
}

Farm.prototype.fillWorkers = function fillWorkers(names) {
  for (const [index, name] of names.entries()) {
    const job = [...this.jobs.values()].find(candidate => candidate.executor === name && !['finished', 'error'].includes(candidate.state))
    this.see(name, job)
    const worker = this.workers.get(name)
    Object.assign(worker, {
      finished: 20 + index * 7,
      failed: index % 4,
      meanRenderSeconds: 200 + index * 11.5,
      tags: pick([null, '4k', '4k,gpu']),
      firstSeen: iso(Date.now() - 9e7),
    })
    if (index === 12) Object.assign(worker, { state: 'silent', job: null, lastSeen: iso(Date.now() - 5400e3) })
    if (index === 13) Object.assign(worker, { state: 'paused', job: null, paused: true })
  }
}

/** Lets something happen: renders advance, end and begin. */
Farm.prototype.step = function step() {
  const running = [...this.jobs.values()].filter(job => job.state.startsWith('render:') || job.state === 'started')
  for (const job of running) {
    const progress = (job.renderProgress ?? 0) + Math.ceil(Math.random() * 3)
    if (progress >= 100) this.report(job, { state: 'finished', renderProgress: 100 })
    else if (Math.random() < 0.002) this.report(job, { state: 'error', error: pick(errors) })
    else this.report(job, { state: 'render:dorender', renderProgress: progress })
  }
  for (const worker of this.workers.values()) {
    if (worker.state !== 'idle' || Math.random() > 0.2) continue
    const job = this.pickup(worker.name)
    if (job.uid) this.report(job, { state: 'started', startedAt: iso(Date.now()), renderProgress: 0 })
  }
  if (Math.random() < 0.2)
    this.add(this.create({ template: { src: `file:///projects/${pick(files)}`, composition: pick(compositions) }, tags: pick(['', '4k']) }))
}
